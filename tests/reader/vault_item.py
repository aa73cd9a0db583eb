"""A second reader of vault items, written from docs/item.md and docs/notes.md alone, and age.md which they build on.

    python vault_item.py ITEM IDENTITY OUT [--signed-by NAME:KEY]

Opens the file ITEM with the identity text in the file IDENTITY, checks everything that can be checked without a
directory, writes the plaintext to OUT and one JSON line of what it found to standard output. KEY is the sender's raw
Ed25519 key as base64url, NAME the name on the signature line; without them a signature's form is checked, not its truth.

It is a proof that the specification suffices, and slow. Nothing of it is used by the product.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import struct
import sys
import unicodedata
from pathlib import Path

from blake3 import blake3
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from kyber_py.ml_kem import ML_KEM_768

HYBRID, CLASSIC = "mlkem768x25519", "X25519"
SUITES = {HYBRID: "hybrid", CLASSIC: "classic"}
CHUNK = 64 * 1024


class Refused(Exception):
    """The item breaks a rule; the message names it."""


def require(condition, rule):
    if not condition:
        raise Refused(rule)


# ---- base64, hashes, derivations ------------------------------------------------------------------------------------


def from_base64(text, rule, url=False, padded=False):
    """Decodes the one canonical spelling."""
    altchars = b"-_" if url else b"+/"
    try:
        filled = text if padded else text + "=" * (-len(text) % 4)
        data = base64.b64decode(filled, altchars, validate=True)
    except ValueError:
        raise Refused(rule) from None
    again = base64.b64encode(data, altchars).decode()
    require((again if padded else again.rstrip("=")) == text, rule)
    return data


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def hkdf(ikm, salt, info):
    return HKDF(hashes.SHA256(), 32, salt, info).derive(ikm)


# ---- age header: stanzas and MAC ------------------------------------------------------------------------------------


class Stanza:
    def __init__(self, args, body, span):
        self.args, self.body, self.bytes = args, body, span
        self.tag = args[0]


def parse_header(data):
    """Stanzas, the bytes under the MAC, the MAC, and where the content begins."""
    require(data.startswith(b"age-encryption.org/v1\n"), "not an age v1 file")
    at = data.index(b"\n") + 1
    stanzas = []

    def line():
        nonlocal at
        end = data.find(b"\n", at)
        require(end >= 0, "the header is cut off")
        text, at = data[at:end], end + 1
        require(all(0x20 <= byte <= 0x7E for byte in text), "a header line holds bytes that are not visible ASCII")
        return text.decode("ascii")

    while True:
        start = at
        text = line()
        if text.startswith("-> "):
            args = text[3:].split(" ")
            require(all(args), "an argument is empty")
            body = ""
            while True:
                part = line()
                require(len(part) <= 64, "a body line is too long")
                body += part
                if len(part) < 64:
                    break
            stanzas.append(Stanza(args, from_base64(body, "a body is not canonical base64"), data[start:at]))
        elif text.startswith("--- "):
            mac = from_base64(text[4:], "the MAC is not canonical base64")
            require(len(mac) == 32 and stanzas, "no MAC or no stanza")
            return stanzas, data[: start + 3], mac, at
        else:
            raise Refused("a header line begins neither a stanza nor the MAC")


# ---- opening keys: Bech32, X25519, X-Wing under HPKE ----------------------------------------------------------------

BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def from_bech32(text):
    """Prefix and bytes (BIP 173 without its length limit)."""
    prefix, _, rest = text.lower().rpartition("1")
    values = [BECH32.index(char) for char in rest]
    check = 1
    for value in [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix] + values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    require(check == 1, "the identity was mistyped")
    bits = "".join(f"{value:05b}" for value in values[:-6])
    return prefix.upper(), bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits) - 7, 8))


def x25519(secret, public):
    try:
        return X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError:
        raise Refused("a share is of low order") from None


def x25519_public(secret):
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


class ClassicIdentity:
    tag, kind, share_len = CLASSIC, b"x25519", 32

    def __init__(self, secret):
        self.secret, self.public = secret, x25519_public(secret)

    def wrap_key(self, share):
        shared = x25519(self.secret, share)
        return hkdf(shared, share + self.public, b"age-encryption.org/v1/X25519"), bytes(12)


class HybridIdentity:
    tag, kind, share_len = HYBRID, b"mlkem768x25519", 1120

    def __init__(self, seed):
        expanded = hashlib.shake_256(seed).digest(96)
        ek, self.dk = ML_KEM_768.key_derive(expanded[:64])
        self.x_secret = expanded[64:]
        self.x_public = x25519_public(self.x_secret)
        self.public = ek + self.x_public

    def wrap_key(self, share):
        ct_m, ct_x = share[:1088], share[1088:]
        ss_m, ss_x = ML_KEM_768.decaps(self.dk, ct_m), x25519(self.x_secret, ct_x)
        shared = hashlib.sha3_256(ss_m + ss_x + ct_x + self.x_public + b"\\.//^\\").digest()
        return hpke_base(shared, b"age-encryption.org/mlkem768x25519")


def hpke_base(shared, info):
    """Key and nonce of RFC 9180, base mode, for KEM 0x647A, KDF 1, AEAD 3."""
    suite = b"HPKE" + struct.pack(">HHH", 0x647A, 1, 3)

    def extract(salt, label, ikm):
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")

    def expand(secret, label, context, length):
        labeled = struct.pack(">H", length) + b"HPKE-v1" + suite + label + context
        return hmac.digest(secret, labeled + b"\x01", "sha256")[:length]

    context = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    return expand(secret, b"key", context, 32), expand(secret, b"base_nonce", context, 12)


def read_identity(text):
    prefix, secret = from_bech32(text)
    kinds = {"AGE-SECRET-KEY-": ClassicIdentity, "AGE-SECRET-KEY-PQ-": HybridIdentity}
    require(prefix in kinds and len(secret) == 32, "not an identity")
    return kinds[prefix](secret)


def unwrap(identity, stanza):
    """The file key, or None if the stanza is for another key."""
    require(len(stanza.args) == 2, "a recipient stanza has two arguments")
    share = from_base64(stanza.args[1], "a share is not canonical base64")
    require(len(share) == identity.share_len and len(stanza.body) == 32, "a recipient stanza has a wrong length")
    key, nonce = identity.wrap_key(share)
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, stanza.body, None)
    except InvalidTag:
        return None


# ---- signed notes and strict JSON -----------------------------------------------------------------------------------

FORBIDDEN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f-\u1160\u17b4-\u17b5\u180b-\u180f\u3164\uffa0\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)


def parse_json_line(line, type_):
    """Strict JSON of this type (None: of any): one line, and written back it gives the very same bytes."""

    def pairs(items):
        require(len({key for key, _ in items}) == len(items), f"a field of {type_} stands twice")
        return dict(items)

    def refuse(_):
        raise Refused(f"a number of {type_} is no integer")

    try:
        text = line.decode("utf-8")
        value = json.loads(text, object_pairs_hook=pairs, parse_float=refuse, parse_constant=refuse)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise Refused(f"{type_} is not JSON") from None
    require(isinstance(value, dict), f"{type_} is no object")
    require(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n" == text, f"{type_} is not canonical")
    check_values(value, type_, 1)
    require(list(value)[:2] == ["type", "org"] and type_ in (None, value["type"]), f"this is no {type_}")
    return value


def check_values(value, type_, depth):
    if isinstance(value, str):
        require(unicodedata.is_normalized("NFC", value), f"{type_} is not in NFC")
        require(not FORBIDDEN.search(value), f"{type_} holds a forbidden character")
    elif isinstance(value, dict | list):
        require(depth <= 6, f"{type_} is too deep")
        inner = [*value, *value.values()] if isinstance(value, dict) else value
        for one in inner:
            check_values(one, type_, depth + 1)
    elif isinstance(value, int) and not isinstance(value, bool):
        require(0 <= value < 2**53, f"a number of {type_} is out of range")


class Note:
    def __init__(self, data, rule):
        text, separator, lines = data.rpartition(b"\n\n")
        self.text = text + b"\n"
        require(separator and lines.endswith(b"\n"), rule)
        self.hash = sha256(self.text)
        self.lines = [self.parse_line(line, rule) for line in lines[:-1].decode("utf-8").split("\n")]
        require(1 <= len(self.lines) <= 32, rule)

    @staticmethod
    def parse_line(line, rule):
        parts = line.split(" ")
        require(len(parts) == 3 and parts[0] == "\u2014" and parts[1], rule)
        data = from_base64(parts[2], rule, padded=True)
        require(len(data) > 4, rule)
        return parts[1], data[:4], data[4:]

    def signer_lines(self, name):
        """Lines under this name that have the form of Ed25519: four bytes of key hash, 64 of signature."""
        return [(key_hash, rest) for line, key_hash, rest in self.lines if line == name and len(rest) == 64]

    def verify(self, name, public):
        key_hash = sha256(name.encode(), b"\n", b"\x01", public)[:4]
        signatures = [signature for found, signature in self.signer_lines(name) if found == key_hash]
        require(signatures, f"no signature by {name}")
        try:
            for signature in signatures:
                Ed25519PublicKey.from_public_bytes(public).verify(signature, self.text)
        except InvalidSignature:
            raise Refused(f"a signature by {name} does not verify") from None


# ---- the item -------------------------------------------------------------------------------------------------------


def split_item(stanzas):
    """Recipients, label, manifest, access, notes: exactly these, in this order."""
    tags = [stanza.tag for stanza in stanzas]
    count = next((i for i, tag in enumerate(tags) if tag not in SUITES), len(tags))
    require(1 <= count <= 500 and len(set(tags[:count])) == 1, "recipients are missing, too many or of mixed suites")
    require(tags[count : count + 3] == ["vault-label", "vault-manifest", "vault-access"], "stanzas missing or misplaced")
    notes = stanzas[count + 3 :]
    require(len(notes) <= 4 and all(stanza.tag == "vault-notes" for stanza in notes), "stanzas too many or misplaced")
    label, manifest, access = stanzas[count : count + 3]
    for stanza in (label, access, *notes):
        require(stanza.args[1:] == ["1"], "an unknown version of a stanza")
    require(len(manifest.args) == 3 and manifest.args[1] == "1", "an unknown version of a stanza")
    return stanzas[:count], label, manifest, access, notes


def split_notes(stanzas):
    """The notes an item carries, ascending by the hash of their text."""
    notes = []
    for stanza in stanzas:
        rest = stanza.body
        require(rest, "a notes stanza is empty")
        while rest:
            require(len(rest) > 4, "a note is cut off")
            (length,) = struct.unpack(">I", rest[:4])
            require(0 < length <= len(rest) - 4, "a note is cut off")
            notes.append(Note(rest[4 : 4 + length], "a note is malformed"))
            parse_json_line(notes[-1].text, None)
            rest = rest[4 + length :]
    ids = [note.hash for note in notes]
    require(ids == sorted(set(ids)), "notes are out of order or stand twice")
    return notes


def open_manifest(stanza, file_key, item_id, label):
    salt = from_base64(stanza.args[2], "the manifest's salt is not canonical base64")
    require(len(salt) == 16, "the manifest's salt is not 16 bytes")
    key = hkdf(file_key, salt, b"vault/manifest/1")
    try:
        padded = ChaCha20Poly1305(key).decrypt(bytes(12), stanza.body, item_id)
    except InvalidTag:
        raise Refused("the manifest does not open: another file key, or another item's") from None
    require(len(padded) in (1024, 2048, 4096, 8192, 16384), "the manifest has an unknown size")
    line = padded.rstrip(b"\n") + b"\n"
    require(len(line) <= len(padded), "the manifest is not one line")
    smaller = len(padded) // 2
    require(len(padded) == 1024 or len(line) > smaller, "the manifest is padded too far")
    manifest = parse_json_line(line, "vault-manifest/1")
    require(manifest["org"] == label["org"] and manifest["item"] == label["item"], "the manifest is another item's")
    return manifest


def open_payload(content, file_key):
    nonce, sealed = content[:16], content[16:]
    aead = ChaCha20Poly1305(hkdf(file_key, nonce, b"payload"))
    out, at, index = [], 0, 0
    while True:
        chunk = sealed[at : at + CHUNK + 16]
        at += len(chunk)
        last = at == len(sealed)
        try:
            plain = aead.decrypt(index.to_bytes(11, "big") + bytes([last]), chunk, None)
        except InvalidTag:
            raise Refused(f"chunk {index} does not open") from None
        require(plain or index == 0, "the last chunk is empty")
        out.append(plain)
        index += 1
        if last:
            return b"".join(out)


def read_item(data, identity, signed_by=None):
    stanzas, covered, mac, at = parse_header(data)
    recipients, label_stanza, manifest_stanza, access_stanza, note_stanzas = split_item(stanzas)

    # Without a key: what an auditor sees.
    label_note = Note(label_stanza.body, "the label is no signed note")
    label = parse_json_line(label_note.text, "vault-label/1")
    require(label["level"] in ("unclassified", "internal", "confidential", "secret"), "top secret, or no level at all")
    require(label["suite"] == SUITES[recipients[0].tag], "the recipients are of another suite than the label says")
    require(label["manifest"] == sha256(manifest_stanza.bytes).hex(), "the manifest is not the one the label names")
    sender = f"{label['org'][:16]}/{label['sender']['person']}"
    require(label_note.signer_lines(sender), "the label has no line of its sender")

    access_note = Note(access_stanza.body, "the access note is no signed note")
    access = parse_json_line(access_note.text, "vault-access/1")
    for field in ("org", "item", "suite"):
        require(access[field] == label[field], f"the access note is of another {field}")
    require(access["label"] == label_note.hash.hex(), "the access note is of another label")
    wraps = b"".join(stanza.bytes for stanza in recipients)
    require(access["stanzas"] == sha256(wraps).hex(), "the access note is of other recipient stanzas")
    require(len(access["rows"]) == len(recipients), "rows and recipient stanzas do not match")
    keys = [row["key"] for row in access["rows"]]
    require(len(set(keys)) == len(keys), "a key stands in two rows")
    notes = split_notes(note_stanzas)

    content = data[at:]
    require(len(content) == label["content"]["length"], "the content has another length than the label says")
    require(blake3(content).hexdigest() == label["content"]["blake3"], "the content is not the one the label names")

    if signed_by:
        name, public = signed_by
        require(name == sender, "the label names another sender")
        require(sha256(b"ed25519/sign\0", public).hex() == label["sender"]["key"], "the label names another signing key")
        label_note.verify(name, public)
        if access["line"] == "shared" and access["seq"] == 1:
            access_note.verify(name, public)

    # With a key: what a holder sees.
    own = sha256(identity.kind, b"\0", identity.public).hex()
    require(own in keys, "no row for this key")
    row = access["rows"][keys.index(own)]
    require(recipients[0].tag == identity.tag, "the identity is of another suite")
    file_key = unwrap(identity, recipients[keys.index(own)])
    require(file_key is not None, "the stanza of this row does not open")
    mac_key = hkdf(file_key, b"", b"header")
    require(hmac.compare_digest(hmac.digest(mac_key, covered, "sha256"), mac), "the header's MAC does not hold")
    item_id = bytes.fromhex(label["item"].replace("-", ""))
    commit = hkdf(file_key, item_id, b"vault/commit/1")
    require(commit.hex() == label["content"]["commit"], "the label was made for another file key")
    manifest = open_manifest(manifest_stanza, file_key, item_id, label)
    plaintext = open_payload(content, file_key)
    if manifest["form"] == "file":
        require(manifest["files"][0]["size"] == len(plaintext), "the manifest names another size")

    report = {
        "label": label,
        "label_hash": label_note.hash.hex(),
        "access_hash": access_note.hash.hex(),
        "row": row,
        "manifest": manifest,
        "notes": [note.hash.hex() for note in notes],
        "sha256": sha256(plaintext).hex(),
    }
    return report, plaintext


def main():
    parser = argparse.ArgumentParser(description="Open a vault item.")
    parser.add_argument("item", type=Path)
    parser.add_argument("identity", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--signed-by", metavar="NAME:KEY")
    args = parser.parse_args()
    try:
        identity = read_identity(args.identity.read_text().strip())
        signed_by = args.signed_by
        if signed_by:
            name, key = signed_by.split(":")
            signed_by = (name, from_base64(key, "not a key", url=True))
        report, plaintext = read_item(args.item.read_bytes(), identity, signed_by)
    except Refused as refused:
        sys.exit(f"refused: {refused}")
    args.out.write_bytes(plaintext)
    print(json.dumps(report, ensure_ascii=False))


if __name__ == "__main__":
    main()

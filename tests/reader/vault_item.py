"""A second reader of vault items, written from docs/item.md alone and what it refers to (docs/notes.md, docs/keys.md).

    python vault_item.py ITEM IDENTITY OUT [--signed-by NAME:KEY]

Opens the file ITEM with the identity text in the file IDENTITY, checks everything that can be checked without a
directory, writes the plaintext to OUT and one JSON line of what it found to standard output. KEY is the sender's raw
Ed25519 key as base64url, NAME the name on the signature line; without them a signature's form is checked, not its truth,
and the report says that nothing is proved about the sender.

It is a proof that the specification suffices, and slow. Nothing of it is used by the product.
"""

import argparse
import base64
import hashlib
import hmac
import io
import json
import re
import struct
import sys
import tarfile
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
SHARE = {HYBRID: 1120, CLASSIC: 32}
CHUNK = 64 * 1024
HEADER_MAX, LABEL_MAX, ACCESS_MAX, NOTES_MAX = 1_572_864, 61_440, 131_072, 65_536
MANIFEST_SIZES = (1024, 2048, 4096, 8192, 16384)

# The fields of each text in their order; a dict for an object inside, a list of one for a list of objects.
FIELDS = {
    "vault-label/1": {
        **dict.fromkeys("type org item doc_no suite level mark".split()),
        "term": dict.fromkeys(["kind", "value"]),
        "starts": dict.fromkeys(["by", "date"]),
        **dict.fromkeys("ends basis class kind carrier made".split()),
        "origin": {"kind": None, "parents": [dict.fromkeys(["item", "label"])], "reason": None},
        **dict.fromkeys("copying flags urgency read_by not_before keep_until decide_by pass_down drafts policy".split()),
        "directory": dict.fromkeys(["version", "hash"]),
        "unit": None,
        "sender": dict.fromkeys(["person", "key"]),
        **dict.fromkeys("handler station scope".split()),
        "copies": [dict.fromkeys(["no", "holder"])],
        "deciders": [dict.fromkeys(["step", "role", "asked"])],
        "approval": dict.fromkeys(["kind", "request"]),
        **dict.fromkeys("recovery manifest".split()),
        "content": dict.fromkeys(["length", "blake3", "commit"]),
    },
    "vault-access/1": {
        **dict.fromkeys("type org item label line seq previous".split()),
        "directory": dict.fromkeys(["version", "hash"]),
        **dict.fromkeys("suite stanzas".split()),
        "rows": [dict.fromkeys(["key", "holder", "right"])],
    },
    "vault-manifest/1": {
        **dict.fromkeys("type org item title form".split()),
        "files": [dict.fromkeys(["name", "size", "media"])],
        "points": None,
        "reasons": [dict.fromkeys(["field", "text"])],
        "resealed": None,
    },
}


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
    tag, kind = CLASSIC, b"x25519"

    def __init__(self, secret):
        self.secret, self.public = secret, x25519_public(secret)

    def wrap_key(self, share):
        shared = x25519(self.secret, share)
        return hkdf(shared, share + self.public, b"age-encryption.org/v1/X25519"), bytes(12)


class HybridIdentity:
    tag, kind = HYBRID, b"mlkem768x25519"

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
    key, nonce = identity.wrap_key(from_base64(stanza.args[1], "a share is not canonical base64"))
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
    check_fields(value, FIELDS.get(type_), type_)
    return value


def check_fields(value, fields, type_):
    """Known fields only, all of them, in their order."""
    if isinstance(fields, list):
        require(isinstance(value, list), f"{type_} has a field of another kind")
        for one in value:
            check_fields(one, fields[0], type_)
    elif fields:
        require(isinstance(value, dict) and list(value) == list(fields), f"the fields of {type_} are others")
        for name, inner in fields.items():
            check_fields(value[name], inner, type_)


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
    def __init__(self, data, rule, most):
        require(len(data) <= most, rule)
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
    for stanza in stanzas[:count]:
        require(len(stanza.args) == 2, "a recipient stanza has two arguments")
        share = from_base64(stanza.args[1], "a share is not canonical base64")
        require(len(share) == SHARE[stanza.tag] and len(stanza.body) == 32, "a recipient stanza has a wrong length")
    label, manifest, access = stanzas[count : count + 3]
    for stanza in (label, access, *notes):
        require(stanza.args[1:] == ["1"], "an unknown version of a stanza")
    require(len(manifest.args) == 3 and manifest.args[1] == "1", "an unknown version of a stanza")
    require(len(manifest.body) - 16 in MANIFEST_SIZES, "the manifest has an unknown size")
    return stanzas[:count], label, manifest, access, notes


def split_notes(stanzas):
    """The notes an item carries, ascending by the hash of their text."""
    notes = []
    for stanza in stanzas:
        rest = stanza.body
        require(0 < len(rest) <= NOTES_MAX, "a notes stanza is empty or too long")
        while rest:
            require(len(rest) > 4, "a note is cut off")
            (length,) = struct.unpack(">I", rest[:4])
            require(0 < length <= len(rest) - 4, "a note is cut off")
            notes.append(Note(rest[4 : 4 + length], "a note is malformed", NOTES_MAX))
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
    line = padded[: padded.find(b"\n") + 1]
    require(line and not padded[len(line) :].strip(b"\n"), "the manifest is not one line")
    require(len(padded) == min(size for size in MANIFEST_SIZES if size >= len(line)), "the manifest is padded too far")
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


def refuse_top_secret(text):
    """A level that is top secret, unknown or missing ends the reading, however else the label may be malformed."""
    try:
        level = json.loads(text).get("level")
    except (ValueError, AttributeError):
        return
    folded = unicodedata.normalize("NFKC", str(level or "")).lower().translate(str.maketrans("絕絶", "绝绝"))
    folded = "".join(char for char in folded if char.isalnum())
    declared = any(word in folded for word in ("绝密", "绝秘", "topsecret")) or folded == "um"
    require(not declared, "the level is top secret: declared")
    require(folded, "the level is top secret: missing")
    require(level in ("unclassified", "internal", "confidential", "secret"), "the level is top secret: unknown")


def check_tar(plaintext, files):
    """The tar holds the manifest's files, in their order, and nothing else."""
    with tarfile.open(fileobj=io.BytesIO(plaintext)) as tar:
        members = tar.getmembers()
    require(all(member.isreg() for member in members), "the tar holds something that is no file")
    found = [(member.name, member.size) for member in members]
    require(found == [(file["name"], file["size"]) for file in files], "the tar holds other files than the manifest")


def read_item(data, identity, signed_by=None):
    # 1. Header, form of the stanzas, lengths.
    stanzas, covered, mac, at = parse_header(data)
    require(at <= HEADER_MAX, "the header is too long")
    recipients, label_stanza, manifest_stanza, access_stanza, note_stanzas = split_item(stanzas)

    # 2. Texts, and what must agree.
    label_note = Note(label_stanza.body, "the label is no signed note", LABEL_MAX)
    refuse_top_secret(label_note.text)
    label = parse_json_line(label_note.text, "vault-label/1")
    access_note = Note(access_stanza.body, "the access note is no signed note", ACCESS_MAX)
    access = parse_json_line(access_note.text, "vault-access/1")
    notes = split_notes(note_stanzas)
    suite = SUITES[recipients[0].tag]
    require(suite == label["suite"] == access["suite"], "the recipients are of another suite than the label says")
    require(label["manifest"] == sha256(manifest_stanza.bytes).hex(), "the manifest is not the one the label names")
    for field in ("org", "item"):
        require(access[field] == label[field], f"the access note is of another {field}")
    require(access["label"] == label_note.hash.hex(), "the access note is of another label")
    wraps = b"".join(stanza.bytes for stanza in recipients)
    require(access["stanzas"] == sha256(wraps).hex(), "the access note is of other recipient stanzas")
    require(len(access["rows"]) == len(recipients), "rows and recipient stanzas do not match")

    # 3. What can be said of signatures without a directory; a row for the reader's key.
    sender = f"{label['org'][:16]}/{label['sender']['person']}"
    require(label_note.signer_lines(sender), "the label has no line of its sender")
    if signed_by:
        name, public = signed_by
        require(name == sender, "the label names another sender")
        require(sha256(b"ed25519/sign\0", public).hex() == label["sender"]["key"], "the label names another signing key")
        label_note.verify(name, public)
        if (access["line"], access["seq"]) == ("shared", 1):
            access_note.verify(name, public)
    own = sha256(identity.kind, b"\0", identity.public).hex()
    row = next((row for row in access["rows"] if row["key"] == own), None)
    require(row, "no row for this key")

    # 4 and 5. The file key, proved by the header's MAC and the label's commitment.
    file_key = next(filter(None, (unwrap(identity, stanza) for stanza in recipients)), None)
    require(file_key, "no stanza opens with this key")
    mac_key = hkdf(file_key, b"", b"header")
    require(hmac.compare_digest(hmac.digest(mac_key, covered, "sha256"), mac), "the header's MAC does not hold")
    item_id = bytes.fromhex(label["item"].replace("-", ""))
    commit = hkdf(file_key, item_id, b"vault/commit/1")
    require(commit.hex() == label["content"]["commit"], "the label was made for another file key")

    # 6 to 8. Manifest, content, plaintext.
    manifest = open_manifest(manifest_stanza, file_key, item_id, label)
    content = data[at:]
    require(len(content) == label["content"]["length"], "the content has another length than the label says")
    require(blake3(content).hexdigest() == label["content"]["blake3"], "the content is not the one the label names")
    plaintext = open_payload(content, file_key)
    if manifest["form"] == "file":
        require([file["size"] for file in manifest["files"]] == [len(plaintext)], "the manifest names another size")
    else:
        check_tar(plaintext, manifest["files"])

    report = {
        "sender": "verified with the given key" if signed_by else "nothing is proved about the sender",
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

"""One call of the PyPI package pyrage (Rust age), for tests/tests/interop.rs.

    python pyrage_call.py seal FILE OUT RECIPIENT…
    python pyrage_call.py open FILE OUT IDENTITY…
"""

import sys
from pathlib import Path

import pyrage
from pyrage import x25519

verb, source, target, *keys = sys.argv[1:]
data = Path(source).read_bytes()
if verb == "seal":
    result = pyrage.encrypt(data, [x25519.Recipient.from_str(key) for key in keys])
elif verb == "open":
    result = pyrage.decrypt(data, [x25519.Identity.from_str(key) for key in keys])
else:
    raise SystemExit("seal or open")
Path(target).write_bytes(result)

#!/usr/bin/env bash
# Puts the other programs of the interop tests into the folder VAULT_INTEROP_DIR (default target/interop):
# a Python environment in venv/ and Node packages in node_modules/. Debian's `age` comes from `.ci/run`.
# May be run again: what is there in the asked version is kept.
set -euo pipefail

root="$(cd "$(dirname "$0")/../.." && pwd)"
dir="${VAULT_INTEROP_DIR:-$root/target/interop}"
mkdir -p "$dir"
cd "$dir"

[ -x venv/bin/python ] || python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: \
    pyrage==1.4.0 cryptography==50.0.2 blake3==1.0.11 kyber-py==1.2.0

# A package.json of its own, or npm would look for one in the folders above.
[ -f package.json ] || printf '{"private": true}\n' >package.json
if ! npm ls --silent age-encryption@0.3.1 cctv-age@0.2.0 >/dev/null 2>&1; then
    npm install --silent --no-audit --no-fund --ignore-scripts --save-exact age-encryption@0.3.1 cctv-age@0.2.0
fi

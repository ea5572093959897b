#!/bin/sh
# Installs what startup.py measures into FOLDER, each into an environment of its own: this checkout
# as a wheel, and its peers from the registries. What cannot be had is passed over.
# Usage: sh tests/benchmarks/peers.sh FOLDER
set -u
folder=$(mkdir -p "$1" && cd "$1" && pwd)
checkout=$(cd "$(dirname "$0")/../.." && pwd)
# Pip compiles what it installs only if it may.
unset PYTHONDONTWRITEBYTECODE PYTHONPATH

in_python() { # NAME PACKAGE…
    name=$1; shift
    # The pip that comes with Python makes scripts that import re, 8 ms that newer ones do without.
    python3 -m venv "$folder/$name" &&
        "$folder/$name/bin/pip" install --quiet --upgrade pip &&
        "$folder/$name/bin/pip" install --quiet "$@" || echo "left out: $name"
}

rm -rf "$folder/smsgw"
in_python smsgw "$checkout"
in_python aws awscli
in_python http httpie
in_python hf huggingface_hub
npm install --silent --prefix "$folder/twilio" twilio-cli || echo "left out: twilio"
command -v gh >/dev/null || apt-get install --quiet --yes gh >/dev/null 2>&1 || echo "left out: gh"

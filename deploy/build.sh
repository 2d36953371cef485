#!/bin/sh
# What only a machine with everything installed can make: the program as a wheel, and the compiled encoder and reader.
#   deploy/build.sh OUT [VENV]    VENV: an environment that has it all, such as .venv; without it one is made, with PyTorch
# Into OUT go wheel/, encoders/ and requirements.lock, which is all that deploy/install.sh takes. The Dockerfile's first stage.
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
venv=${2:-}
if [ -n "$venv" ]; then venv=$(cd "$venv" && pwd); fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -z "$venv" ]; then
    venv=$work/venv
    "${PYTHON:-python3}" -m venv "$venv"
    pip() { "$venv/bin/python" -m pip --disable-pip-version-check --no-input "$@"; }
    torch=$(sed -n 's/.*"\(torch==[^"]*\)".*/\1/p' "$source/pyproject.toml")
    echo "Installing $torch and what requirements.lock names"
    # PyPI's torch for Linux needs several gigabytes of CUDA, which it does not start without: the CPU build is asked for first.
    pip install --quiet --no-deps --timeout 5 --retries 0 --index-url https://download.pytorch.org/whl/cpu "$torch" ||
        pip install --quiet "$torch"
    pip install --quiet --no-deps --require-hashes --requirement "$source/requirements.lock"
fi

# The wheel is made of a copy: what setuptools leaves behind does not get into the source, nor into the next wheel.
mkdir "$work/source"
for each in corpus index assistant pyproject.toml README.md LICENSE NOTICE; do cp -R "$source/$each" "$work/source/"; done
rm -rf "$out/wheel" "$out/encoders"
"$venv/bin/python" -m pip --disable-pip-version-check wheel --quiet --no-deps --no-build-isolation \
    --wheel-dir "$out/wheel" "$work/source"
cp "$source/deploy/requirements.lock" "$out/"

echo 'Compiling encoder and reader'
cd "$work/source" # the program of these sources, whatever the environment has
PLAINCLAUSE_DATA=$work/data PLAINCLAUSE_ENCODERS=$out/encoders HF_HUB_OFFLINE=1 \
    "$venv/bin/python" -m assistant index build

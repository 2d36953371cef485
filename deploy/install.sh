#!/bin/sh
# A server that only serves, of what deploy/build.sh made: no PyTorch, no compiler, no package installer.
#   deploy/install.sh BUILT PREFIX [STATE]
# Into PREFIX go venv/ (PREFIX/venv/bin/plainclause) and encoders/. With STATE the index of the bundled policies is built there.
# The Dockerfile's second stage. Running it again installs anew.
set -eu
built=$(cd "$1" && pwd)
mkdir -p "$2"
prefix=$(cd "$2" && pwd)

rm -rf "$prefix/venv" "$prefix/encoders"
"${PYTHON:-python3}" -m venv "$prefix/venv"
pip() { "$prefix/venv/bin/python" -m pip --disable-pip-version-check --no-input --quiet "$@"; }
echo 'Installing what deploy/requirements.lock names'
pip install --no-deps --require-hashes --requirement "$built/requirements.lock"
pip install --no-deps "$built"/wheel/*.whl
pip uninstall --yes setuptools || true # of an older Python's venv
pip uninstall --yes pip
# What these libraries are tested with by those who make them: some 110 MB.
for each in numpy pandas scipy sklearn; do
    find "$prefix"/venv/lib/python*/site-packages/$each -type d -name tests -prune -exec rm -rf {} +
done
cp -R "$built/encoders" "$prefix/encoders"

if [ $# -gt 2 ]; then
    mkdir -p "$3"
    PLAINCLAUSE_DATA=$3 PLAINCLAUSE_ENCODERS=$prefix/encoders "$prefix/venv/bin/plainclause" index build
fi
du -sh "$prefix/venv" "$prefix/encoders"

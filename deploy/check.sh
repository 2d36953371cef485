#!/bin/sh
# What deploy/install.sh installed, tried as it is to run: by another user, who may write to the state folder and nowhere else.
#   deploy/check.sh PREFIX STATE
# Starts the server, sees that it is healthy, asks, adds a policy while it serves, and asks that.
set -eu
prefix=$(cd "$1" && pwd)
state=$(cd "$2" && pwd)
work=$(mktemp -d)
chmod 755 "$work"
as_user=''
if [ "$(id -u)" -eq 0 ]; then
    chown -R 65534:65534 "$state"
    as_user='setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs'
fi

export PLAINCLAUSE_DATA="$state" PLAINCLAUSE_ENCODERS="$prefix/encoders" PLAINCLAUSE_POLICIES="$state/policies"
export PLAINCLAUSE_PORT=0 HOME=/nonexistent
cd /
printf '# Acme privacy\n\nWe never sell your personal data to anyone.\n' >"$work/acme.md"
printf '# Beta privacy\n\nWe keep recordings of calls for ninety days.\n' >"$work/beta.md"
plainclause() { $as_user "$prefix/venv/bin/plainclause" "$@"; }

for each in torch transformers sentence_transformers onnx onnxscript pip; do
    if "$prefix/venv/bin/python" -c "import $each" 2>/dev/null; then
        echo "deploy/check.sh: $each is installed, which a server does not need" >&2
        exit 1
    fi
done
plainclause add "$work/acme.md" --id acme --yes >/dev/null
$as_user "$prefix/venv/bin/plainclause" serve >"$work/said" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT
if ! "$prefix/venv/bin/python" - "$work/said" <<'PYTHON'; then cat "$work/said" >&2; exit 1; fi
import json, pathlib, re, sys, time, urllib.request

def waited(find, seconds=120):
    until = time.monotonic() + seconds
    while not (found := find()):
        if time.monotonic() > until:
            sys.exit("deploy/check.sh: the server did not come up")
        time.sleep(0.2)
    return found

address = waited(lambda: re.search(r"http://\S+", pathlib.Path(sys.argv[1]).read_text()))[0]
for path in ("/healthz", "/readyz", "/", "/embed.js"):
    with urllib.request.urlopen(address + path, timeout=60) as answer:
        if answer.status != 200:
            sys.exit(f"deploy/check.sh: {path} answers {answer.status}")
asked = json.dumps({"question": "do you sell my data?", "policy": "acme"}).encode()
request = urllib.request.Request(address + "/api/ask", asked, {"content-type": "application/json"})
answer = json.load(urllib.request.urlopen(request, timeout=60))
if answer["outcome"] != "no" or "never sell" not in answer["citations"][0]["quote"]:
    sys.exit(f"deploy/check.sh: the answer is {answer}")
PYTHON
plainclause add "$work/beta.md" --id beta --yes >/dev/null
plainclause ask 'how long are call recordings kept?' --policy beta | grep -q 'ninety days'
kill -0 $server
echo 'The server starts, is healthy and answers; a policy is added without what compiles'

"""What puts the program on a server names only what there is: settings, commands, paths, ports; the proxy's file runs in nginx."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from assistant.settings import ROOT, Settings
from assistant.surfaces.cli.main import cli
from assistant.surfaces.middleware.metrics import ROUTES
from benchmarks.servers import nginx
from deploy.runtime import ONLY_COMPILE, requirements
from tests.required import required
from tests.test_project_files import locked, read
from tests.test_serving_only import LEFT_OUT

DOCKERFILE = read("Dockerfile").replace("\\\n", " ")
COMPOSE: dict[str, Any] = yaml.safe_load(read("compose.yaml"))
NGINX, UNIT, ENVIRONMENT, PAGE = (
    read(name)
    for name in ("deploy/nginx.conf", "deploy/plainclause.service", "deploy/plainclause.env", "docs/going-live.md")
)
SETTINGS = {f"PLAINCLAUSE_{name.upper()}" for name in Settings.model_fields}
STATE, PREFIX = "/var/lib/plainclause", "/opt/plainclause"


def of_unit(name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", UNIT, re.MULTILINE)


# ---- the libraries of a server ---------------------------------------------------------------------------------------


def test_a_server_s_libraries_are_the_project_s_without_those_that_compile():
    lock, whole = locked("deploy/requirements.lock"), locked()
    for each in map(Requirement, requirements(read("pyproject.toml"))):
        versions = [version for version, _ in lock.get(canonicalize_name(each.name), [])]
        assert versions, f"{each.name} is not in deploy/requirements.lock: make lock"
        assert all(each.specifier.contains(version) for version in versions), f"{each}: make lock"
    assert not set(ONLY_COMPILE) & set(lock)
    for name, entries in lock.items():
        assert all(hashes for _, hashes in entries), name
        assert entries == whole.get(name, entries), f"{name} is locked to other versions than for all: make lock"
    assert not re.search(r"://|^-", read("deploy/requirements.lock"), re.MULTILINE)


def test_what_a_server_does_without_is_what_the_program_is_tried_without():
    modules = {
        module
        for module, homes in packages_distributions().items()
        if set(map(canonicalize_name, homes)) & set(ONLY_COMPILE) and not module.startswith("_")
    }
    assert {"torch", "onnx"} <= modules & LEFT_OUT
    names = {canonicalize_name(each) for each in LEFT_OUT}
    assert set(ONLY_COMPILE) <= names, "each library that is left out is refused there"


# ---- the image -------------------------------------------------------------------------------------------------------


def test_the_image_is_made_of_what_there_is():
    ignored = read(".dockerignore").splitlines()
    assert "deploy/tls" in ignored, "the private key is no part of any image"
    assert {"/.env", "/deploy/tls/"} <= set(read(".gitignore").splitlines())
    for line in re.findall(r"^COPY (.*)$", DOCKERFILE, re.MULTILINE):
        *sources, _ = line.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            assert f"!{source.split('/')[0]}" in ignored, f"{source} does not get through .dockerignore"
    for line in ignored:
        if line.startswith("!"):
            assert (ROOT / line[1:]).exists(), line
    for script in re.findall(r"\bdeploy/[\w.]+\.sh", DOCKERFILE):
        assert (ROOT / script).is_file()


def test_what_the_wheel_is_made_of_is_in_the_image():
    [copied] = re.findall(r"^for each in (.*); do cp", read("deploy/build.sh"), re.MULTILINE)
    brought = {
        source.rstrip("/")
        for line in re.findall(r"^COPY (.*) \S+$", DOCKERFILE, re.MULTILINE)
        for source in line.split()
    }
    assert set(copied.split()) | {"requirements.lock", "deploy"} <= brought
    assert {"corpus", "index", "assistant"} <= set(copied.split())


def test_the_image_runs_the_server_by_a_user_of_its_own():
    named = re.findall(r"\b(PLAINCLAUSE_\w+)=(\S+)", DOCKERFILE)
    assert {name for name, _ in named} <= SETTINGS
    set_ = dict(named)
    assert (set_["PLAINCLAUSE_DATA"], set_["PLAINCLAUSE_ENCODERS"]) == (STATE, f"{PREFIX}/encoders")
    [port] = re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)
    assert port == set_["PLAINCLAUSE_PORT"]
    [path] = re.findall(rf"http://127\.0\.0\.1:{port}(/\w+)'", DOCKERFILE)
    assert path in ROUTES
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["plainclause"]
    [command] = re.findall(r'^CMD \["plainclause", "(\w+)"\]$', DOCKERFILE, re.MULTILINE)
    assert command in cli.commands


# ---- the service -----------------------------------------------------------------------------------------------------


def test_the_service_sets_only_what_there_is():
    app, database = COMPOSE["services"]["app"], COMPOSE["services"]["database"]
    named = {name for name in app["environment"] if name.startswith("PLAINCLAUSE_")}
    assert named <= SETTINGS
    assert app["environment"]["PLAINCLAUSE_POLICIES"].startswith(f"{STATE}/")
    address = urlsplit(app["environment"]["PLAINCLAUSE_DATABASE"].replace(":?set it in .env", ""))
    assert (address.scheme, address.hostname) == ("postgresql", "database")
    assert address.username == database["environment"]["POSTGRES_USER"]
    assert address.path == f"/{database['environment']['POSTGRES_DB']}"
    asked = set(re.findall(r"\$\{(\w+):\?", read("compose.yaml")))
    told = set(re.findall(r"^#   (\w+)=", read("compose.yaml"), re.MULTILINE))
    assert asked == told == set(re.findall(r"([A-Z_]+)=%s", PAGE))


def test_nothing_but_the_proxy_is_reached_from_outside_and_the_app_may_do_little():
    services = COMPOSE["services"]
    assert [name for name, each in services.items() if "ports" in each] == ["proxy"]
    assert not set(services["proxy"]["networks"]) & set(services["database"]["networks"])
    assert COMPOSE["networks"]["back"]["internal"] is True
    app = services["app"]
    assert (app["read_only"], app["cap_drop"], app["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])
    mounted = {each.partition(":")[0]: each.split(":")[1] for each in app["volumes"]}
    assert mounted == {"state": STATE, "backups": "/backups"}
    assert set(mounted) | {"database"} == set(COMPOSE["volumes"])
    for place in mounted.values():
        assert re.search(rf"chown -R plainclause:plainclause [^&]*{place}\b", DOCKERFILE), "a volume is the user's own"


def test_the_proxy_is_given_its_files_and_finds_the_app():
    [file, certificates] = COMPOSE["services"]["proxy"]["volumes"]
    assert (ROOT / file.split(":")[0]).is_file()
    assert all(
        path.startswith(f"{certificates.split(':')[1]}/") for path in re.findall(r"ssl_certificate\w* (\S+);", NGINX)
    )
    [(host, port)] = re.findall(r"proxy_pass http://(\w+):(\d+)/;", NGINX)
    assert host in COMPOSE["services"]
    assert f"EXPOSE {port}" in DOCKERFILE
    headers = set(re.findall(r"proxy_set_header .*;", NGINX))
    # The app believes whoever reaches it, which is this proxy alone: what a visitor says of the address does not get through.
    assert COMPOSE["services"]["app"]["environment"]["FORWARDED_ALLOW_IPS"] == "*"
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in headers
    told = set(re.findall(r"proxy_set_header .*;", read("docs/operations.md")))
    assert {each for each in headers ^ told if "X-Forwarded-For" not in each} == set()


# ---- the proxy -------------------------------------------------------------------------------------------------------


@pytest.fixture
def proxied(served, assistant, tmp_path):
    """The ports where nginx answers, with and without TLS."""
    from assistant.surfaces.web import app

    required(nginx.programs(), nginx.MISSING)
    with (
        served(app(lambda: assistant, Settings(data=tmp_path / "data"))) as address,
        nginx.running("deploy/nginx.conf", tmp_path, {"app:7860": f"127.0.0.1:{urlsplit(address).port}"}) as proxy,
    ):
        yield proxy.plain, proxy.secure


def test_the_proxy_s_file_runs(proxied, tmp_path):
    plain, secure = proxied
    found = httpx.get(f"http://127.0.0.1:{plain}/desk?q=1", headers={"host": "policy.example"}, timeout=60)
    assert (found.status_code, found.headers["location"]) == (301, "https://policy.example/desk?q=1")
    trusted = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    with httpx.Client(base_url=f"https://127.0.0.1:{secure}", verify=trusted, timeout=60) as client:
        assert client.get("/readyz").status_code == 200
        assert client.get("/readyz").headers["strict-transport-security"].startswith("max-age=")
        assert client.get("/").status_code == 200
        answer = client.post("/api/ask", json={"question": "is my card number shared?"}).json()
        assert answer["citations"]
        assert client.get("/desk").status_code in (303, 401, 403)  # what a proxy forwards is not this machine's own


# ---- systemd ---------------------------------------------------------------------------------------------------------


def test_the_unit_starts_what_is_installed_where_its_settings_say():
    set_ = dict(re.findall(r"^(PLAINCLAUSE_\w+)=(.*)$", ENVIRONMENT, re.MULTILINE))
    offered = set(re.findall(r"^#(PLAINCLAUSE_\w+)=", ENVIRONMENT, re.MULTILINE))
    assert set_.keys() | offered <= SETTINGS
    assert set_["PLAINCLAUSE_ENCODERS"] == f"{PREFIX}/encoders"
    assert set_["PLAINCLAUSE_DATA"] == STATE == f"/var/lib/{of_unit('StateDirectory')[0]}"
    assert set_["PLAINCLAUSE_POLICIES"].startswith(f"{STATE}/")
    assert of_unit("ExecStart") == [f"{PREFIX}/venv/bin/plainclause serve"]
    assert of_unit("EnvironmentFile") == ["/etc/plainclause.env"]
    for part in (f"deploy/install.sh /tmp/built {PREFIX}", "useradd --system", of_unit("EnvironmentFile")[0]):
        assert part in PAGE
    assert '"$prefix/venv"' in read("deploy/install.sh")
    assert '"$prefix/encoders"' in read("deploy/install.sh")


def analysed(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd-analyze on this machine: it is systemd's own, which not every system has")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


def test_systemd_understands_the_unit(tmp_path):
    unit = tmp_path / "plainclause.service"
    unit.write_text(UNIT.replace(f"ExecStart={PREFIX}/venv/bin/plainclause", "ExecStart=/bin/true"))
    done = analysed("verify", "--man=no", str(unit))
    assert [line for line in (done.stdout + done.stderr).splitlines() if "plainclause" in line] == []


def test_the_unit_is_shut_as_far_as_a_server_can_be():
    done = analysed("security", "--offline=yes", "--threshold=15", str(ROOT / "deploy" / "plainclause.service"))
    assert done.returncode == 0, done.stdout[-200:] + done.stderr


# ---- the page and the scripts ----------------------------------------------------------------------------------------


def test_the_page_names_only_commands_that_there_are():
    named = set(re.findall(r"(?:`|app |bin/|^|\d )plainclause ([a-z]+)\b", PAGE, re.MULTILINE))
    assert {"backup", "restore", "add", "check", "verify", "index"} <= named
    assert named <= set(cli.commands)


@pytest.mark.parametrize("script", sorted((ROOT / "deploy").glob("*.sh")), ids=lambda path: path.name)
def test_a_script_may_be_run_and_ends_with_the_first_failure(script: Path):
    assert os.access(script, os.X_OK)
    assert "\nset -eu\n" in script.read_text(encoding="utf-8")
    done = subprocess.run(["sh", "-n", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"deploy/{script.name}" in read(".ci/run")


# ---- several processes -----------------------------------------------------------------------------------------------


def test_several_apps_have_what_one_has_and_a_proxy_that_knows_of_them():
    scaled: dict[str, Any] = yaml.safe_load(read("compose.scale.yaml"))["services"]
    assert set(scaled) - set(COMPOSE["services"]) == {"counts"}
    assert not {name for name, each in scaled.items() if "ports" in each}
    assert scaled["app"]["deploy"]["replicas"] > 1
    assert set(scaled["app"]["environment"]) <= SETTINGS
    assert urlsplit(scaled["app"]["environment"]["PLAINCLAUSE_REDIS"]).hostname == "counts"
    assert scaled["counts"]["networks"] == ["back"]
    [mounted] = scaled["proxy"]["volumes"]
    file, place = mounted.split(":")[:2]
    assert place == COMPOSE["services"]["proxy"]["volumes"][0].split(":")[1], "in place of the file for one app"
    for part in (
        r"proxy_set_header .*;",
        r"ssl_\w+ .*;",
        r"add_header .*;",
        r"client_max_body_size .*;",
        r"listen .*;",
    ):
        assert re.findall(part, read(file)) == re.findall(part, NGINX)
    port = re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)
    assert re.findall(r"^ *server app:(\d+) resolve ", read(file), re.MULTILINE) == port * 2


def test_workers_have_less_time_to_end_than_the_unit_gives_them_all():
    from assistant.surfaces.workers import GRACE

    [seconds] = of_unit("TimeoutStopSec")
    assert float(seconds) > GRACE

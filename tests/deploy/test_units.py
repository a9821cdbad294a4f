"""Units, proxy, alarms and compose file name what there is: commands, settings, metrics, paths."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml

from permed.api.cli import COMMANDS
from permed.api.http import Settings
from permed.graph.releases.release import Releases
from tests import ROOT
from tests.api.http.conftest import running, settings_of

DEPLOY = ROOT / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
_SETTING = re.compile(r"\bPERMED_([A-Z_]+)")
_OF_COMPOSE = {"SITE", "PATH"}  # what the compose file itself asks for


@pytest.mark.parametrize("unit", UNITS, ids=lambda u: u.name)
def test_systemd_takes_the_unit(unit: Path, tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("systemd-analyze is not installed")
    program = tmp_path / "permed"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    for other in UNITS:  # a timer names its service
        text = other.read_text(encoding="utf-8").replace("/opt/permed/bin/permed", str(program))
        (tmp_path / other.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [tool, "verify", "--man=no", str(tmp_path / unit.name)], capture_output=True, text=True
    )
    assert (done.returncode, [x for x in done.stderr.splitlines() if unit.name in x]) == (0, [])


@pytest.mark.parametrize("unit", [u for u in UNITS if u.suffix == ".service"], ids=lambda u: u.name)
def test_a_unit_runs_a_command_that_there_is_and_writes_in_one_place(unit: Path) -> None:
    lines = [x.partition("=") for x in unit.read_text(encoding="utf-8").splitlines() if "=" in x]
    told = {name: value for name, _, value in lines}
    program, command, *rest = told["ExecStart"].split()
    assert program == "/opt/permed/bin/permed"
    assert command in COMMANDS
    assert rest == ["--config", "/srv/permed/permed.toml"]
    assert told["ReadWritePaths"] == told["WorkingDirectory"] == "/srv/permed"
    assert (told["ProtectSystem"], told["NoNewPrivileges"], told["User"]) == (
        "strict", "yes", "permed",
    )  # fmt: skip


def test_the_service_has_time_for_the_grace_of_its_queries() -> None:
    unit = (DEPLOY / "permed.service").read_text(encoding="utf-8")
    seconds = int(re.findall(r"TimeoutStopSec=(\d+)", unit)[0])
    assert seconds > Settings().grace_seconds
    stop = COMPOSE["services"]["permed"]["stop_grace_period"]
    assert int(stop.removesuffix("s")) > Settings().grace_seconds


def test_variables_are_settings() -> None:
    for file in DEPLOY.iterdir():
        named = set(_SETTING.findall(file.read_text(encoding="utf-8"))) - _OF_COMPOSE
        assert {name.lower() for name in named} <= set(Settings.model_fields), file.name


@pytest.mark.parametrize("name", ["permed", "refresh"])
def test_containers_of_ours_have_no_power(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] == "10001:10001"
    assert service["command"][0] in COMMANDS
    assert (ROOT / service["build"]["dockerfile"]).is_file()
    assert [v.split(":")[1] for v in service["volumes"]] == ["/data"]
    assert "ports" not in service, "only the proxy can be reached from outside"


def test_what_compose_mounts_is_there() -> None:
    for service in COMPOSE["services"].values():
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            there = (
                (DEPLOY / source).is_file() if source[0] == "." else source in COMPOSE["volumes"]
            )
            assert there, volume


def test_proxies_keep_metrics_inside_and_wait_long_enough() -> None:
    caddy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert re.search(r"@inside path \S*/metrics\n\s*respond @inside 404", caddy)
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert re.search(r"location = \S*/metrics \{ return 404; \}", nginx)
    body = int(re.findall(r"client_max_body_size (\d+)m", nginx)[0]) << 20
    assert body >= Settings().max_graph_bytes
    assert int(re.findall(r"proxy_read_timeout (\d+)s", nginx)[0]) > 180


def test_alarms_ask_for_metrics_that_the_service_has(home: Path) -> None:
    rules = yaml.safe_load((DEPLOY / "alerts.yaml").read_text(encoding="utf-8"))["groups"][0][
        "rules"
    ]
    asked = {m for rule in rules for m in re.findall(r"permed_\w+", rule["expr"])}
    assert len(asked) >= 5
    with running(home, settings_of()) as address:
        text = httpx2.get(f"{address}/metrics").text
    assert asked - set(re.findall(r"^(permed_\w+)", text, re.MULTILINE)) == set()
    told = float(re.findall(r"^permed_release_built_timestamp_seconds (\S+)", text, re.M)[0])
    assert told == datetime.fromisoformat(Releases(home).current().receipt["built"]).timestamp()

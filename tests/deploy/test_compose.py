"""compose.yaml against the specification's own schema, and what it promises about each container."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.settings import Settings
from tests.deploy import dockerfile
from tests.support.processes import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
RECIPE = dockerfile.read((ROOT / "Dockerfile").read_text(encoding="utf-8"))
EACH = pytest.mark.parametrize("name", SERVICES)


def test_it_is_what_the_specification_allows() -> None:
    package = find_spec("check_jsonschema")
    assert package and package.origin
    schema = Path(package.origin).parent / "builtin_schemas" / "vendor" / "compose-spec.json"
    jsonschema.validate(COMPOSE, json.loads(schema.read_text(encoding="utf-8")))


@EACH
def test_a_container_can_neither_write_to_its_root_nor_gain_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")
    # Ours run as the account of their image (tests/deploy/test_image.py).
    assert "build" in service or re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])


@EACH
def test_a_container_has_limits(name: str) -> None:
    limits = SERVICES[name]["deploy"]["resources"]["limits"]
    assert limits.keys() == {"cpus", "memory", "pids"}


@EACH
def test_an_image_is_ours_or_pinned_by_its_digest(name: str) -> None:
    service = SERVICES[name]
    if "build" in service:
        assert service["build"]["target"] in RECIPE.stages
    else:
        assert re.search(r":[\w.-]+@sha256:[0-9a-f]{64}$", service["image"])


@EACH
def test_a_container_is_watched_over(name: str) -> None:
    service = SERVICES[name]
    check = service.get("healthcheck")
    if check is None:
        assert RECIPE.stages[service["build"]["target"]].all("HEALTHCHECK")
    elif check.get("disable"):
        assert service["restart"] == "on-failure", "only what ends by itself needs no check"
    else:
        assert check["test"][0] == "CMD"


def test_only_the_web_process_is_reached_from_outside_and_only_by_this_machine() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"web"}
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("redis", "postgres", "rasa"):
        assert SERVICES[name]["networks"] == ["inside"], name


def test_rasa_is_told_no_secret_but_the_way_to_redis() -> None:
    assert "env_file" not in SERVICES["rasa"]
    assert SERVICES["rasa"]["environment"].keys() == {"DYZURNY_REDIS_URL"}


def test_what_is_acknowledged_is_on_disk() -> None:
    command = " ".join(SERVICES["redis"]["command"])
    for option in ("--appendonly yes", "--appendfsync always", "--maxmemory-policy noeviction", "--maxmemory 512mb"):
        assert option in command
    assert SERVICES["redis"]["volumes"] == ["redis:/data"]


def test_every_setting_that_is_set_exists_and_every_volume_is_declared() -> None:
    named = {name for service in SERVICES.values() for name in service.get("environment", {}) if name[:8] == "DYZURNY_"}
    assert named
    assert {name.removeprefix("DYZURNY_").lower() for name in named} <= Settings.model_fields.keys()
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", ())}
    assert used == COMPOSE["volumes"].keys()


def test_what_the_container_decides_no_setting_of_the_file_changes() -> None:
    decided = {"DYZURNY_HOST", "DYZURNY_PORT", "DYZURNY_VAR_DIR", "DYZURNY_DEMO", "DYZURNY_DATABASE_URL"}
    for name in ("web", "worker", "migrate"):
        assert SERVICES[name]["env_file"] == ".env"
        assert decided <= SERVICES[name]["environment"].keys()
    assert SERVICES["web"]["environment"]["DYZURNY_DEMO"] == "false"
    (port,) = SERVICES["web"]["ports"]
    assert port.endswith(f":{SERVICES['web']['environment']['DYZURNY_PORT']}")


def test_the_proxy_of_this_machine_is_believed_and_nobody_else() -> None:
    """Otherwise all who log in share one address, and forgers cannot be told from the platform."""
    (network,) = COMPOSE["networks"]["outside"]["ipam"]["config"]
    believed = SERVICES["web"]["environment"]["DYZURNY_TRUSTED_PROXIES"]
    assert believed == f"${{DYZURNY_TRUSTED_PROXIES:-{network['gateway']}}}"
    assert ip_address(network["gateway"]) in ip_network(network["subnet"])


def test_who_needs_another_waits_until_it_is_there() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            ends_by_itself = SERVICES[other]["restart"] == "on-failure"
            expected = "service_completed_successfully" if ends_by_itself else "service_healthy"
            assert how["condition"] == expected, (name, other)

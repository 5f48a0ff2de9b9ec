"""The compose file is one, and what it names is there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.settings import Settings

FOLDER = Path(__file__).resolve().parents[2] / "deploy"
COMPOSE = FOLDER / "compose.yaml"
CONTENT: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
SERVICES: dict[str, dict[str, Any]] = CONTENT["services"]
OF_THE_SITE = {"./keys"}


def check(path: Path) -> subprocess.CompletedProcess[str]:
    """Hold a file to the schema of the Compose Specification."""
    program = Path(sys.executable).with_name("check-jsonschema")
    return subprocess.run(
        [program, "--builtin-schema", "vendor.compose-spec", path],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_fits_the_compose_specification(tmp_path: Path) -> None:
    checked = check(COMPOSE)
    assert checked.returncode == 0, checked.stdout
    (tmp_path / "faulty.yaml").write_text(COMPOSE.read_text().replace("read_only", "readonly"))
    assert "readonly" in check(tmp_path / "faulty.yaml").stdout


def test_what_it_mounts_is_there() -> None:
    mounted = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service["volumes"]
        if volume.startswith(".")
    }
    assert mounted >= OF_THE_SITE
    assert all((FOLDER / name).exists() for name in mounted - OF_THE_SITE)
    named = {volume.split(":")[0] for service in SERVICES.values() for volume in service["volumes"]}
    assert {name for name in named if "." not in name} == CONTENT["volumes"].keys()


def test_only_the_proxy_and_the_dashboards_are_reachable_and_from_this_machine_alone() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published.keys() == {"nginx", "grafana"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)
    assert SERVICES["scoring"]["networks"] == SERVICES["prometheus"]["networks"] == ["inside"]
    assert CONTENT["networks"]["inside"] == {"internal": True}


@pytest.mark.parametrize("name", SERVICES)
def test_no_container_has_rights_that_it_does_not_need(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("read_only", False) or name == "grafana"


def test_its_settings_are_settings_and_fit_together() -> None:
    environment = SERVICES["scoring"]["environment"]
    place = Path(environment["API_KEYS_FILE"]).parent
    assert any(f":{place}:" in volume for volume in SERVICES["scoring"]["volumes"])
    Settings.from_environ({**environment, "API_KEYS_FILE": str(COMPOSE), "HOST": "0.0.0.0"})
    grace = int(SERVICES["scoring"]["stop_grace_period"].removesuffix("s"))
    assert grace >= Settings().graceful_timeout + 5


def test_nginx_is_given_every_variable_of_its_template() -> None:
    template = (FOLDER / "nginx" / "questionnaire-scoring.conf.template").read_text()
    used = set(re.findall(r"\$\{([A-Z_]+)\}", template))
    given = SERVICES["nginx"]["environment"].keys() - {"NGINX_ENVSUBST_FILTER"}
    assert used == given


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_prometheus_takes_its_configuration() -> None:
    checked = subprocess.run(
        ["promtool", "check", "config", FOLDER / "prometheus" / "prometheus.yml"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert checked.returncode == 0, checked.stderr

"""How the environment becomes settings, and what stops the start."""

import dataclasses
import re
from pathlib import Path

import pytest

from service import settings as subject
from service.setting_values import available_cpus
from service.settings import HIDDEN, Settings, SettingsError, describe

DEFAULTS = {
    "host": "127.0.0.1",
    "port": 8000,
    "threads": 2,
    "pin_workers": False,
    "graceful_timeout": 20,
    "keepalive": 15,
    "request_timeout": 10,
    "log_level": "info",
    "max_body_bytes": 262_144,
    "max_batch_bytes": 33_554_432,
    "batch_memory_bytes": 67_108_864,
    "instruments_dir": Path(subject.__file__).resolve().parent.parent / "instruments",
    "instruments_extra_dir": None,
    "languages_extra_dir": None,
    "definitions_manifest": None,
    "canonical_base": "urn:questionnaire-scoring",
    "allow_anonymous": False,
    "auth_mode": "none",
    "api_keys_file": None,
    "jwt_issuers_file": None,
    "jwks_max_stale": 86_400,
    "public_url": None,
    "metrics_open": False,
    "tracing": False,
    "cds_monitor_options": None,
    "cds_source_url": None,
    "cds_chart_link": None,
    "cds_chart_link_type": "absolute",
    "cors_origins": (),
    "console": True,
    "revision": "unknown",
}


def faults(**environ: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environ(environ)
    return refused.value.faults


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = dataclasses.asdict(Settings.from_environ({}))
    assert settings.pop("workers") == available_cpus()
    assert settings == DEFAULTS


def test_every_variable_is_read(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.touch()
    settings = Settings.from_environ(
        {
            "HOST": "0.0.0.0",
            "PORT": "80",
            "WORKERS": "3",
            "THREADS": "3",
            "PIN_WORKERS": "true",
            "GRACEFUL_TIMEOUT": "5",
            "KEEPALIVE": "0",
            "TRACING": "true",
            "MAX_BODY_BYTES": "1024",
            "MAX_BATCH_BYTES": "2048",
            "INSTRUMENTS_DIR": str(tmp_path),
            "INSTRUMENTS_EXTRA_DIR": str(tmp_path),
            "CANONICAL_BASE": "https://forms.example.org/fhir",
            "AUTH_MODE": "api_key,jwt",
            "API_KEYS_FILE": str(keys),
            "JWT_ISSUERS_FILE": str(keys),
            "JWKS_MAX_STALE": "3600",
            "PUBLIC_URL": "https://scores.example.org/api",
            "METRICS_OPEN": "true",
            "CONSOLE": "false",
            "REVISION": "abc123",
        }
    )
    assert settings == Settings(
        host="0.0.0.0",
        port=80,
        workers=3,
        threads=3,
        pin_workers=True,
        graceful_timeout=5,
        keepalive=0,
        tracing=True,
        max_body_bytes=1024,
        max_batch_bytes=2048,
        instruments_dir=tmp_path,
        instruments_extra_dir=tmp_path,
        canonical_base="https://forms.example.org/fhir",
        auth_mode="api_key,jwt",
        api_keys_file=keys,
        jwt_issuers_file=keys,
        jwks_max_stale=3600,
        public_url="https://scores.example.org/api",
        metrics_open=True,
        console=False,
        revision="abc123",
    )


def test_unknown_variables_are_ignored_and_empty_ones_count_as_absent() -> None:
    assert Settings.from_environ({"PORTS": "x", "PORT": "", "HOST": ""}) == Settings.from_environ(
        {}
    )


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        *[("PORT", text) for text in ("0", "65536", "-1", "8000.0", "٨٠", " 80", "9" * 30)],
        *[("WORKERS", text) for text in ("0", "257", "auto")],
        *[("THREADS", text) for text in ("0", "65")],
        *[("AUTH_MODE", text) for text in ("None", "token", "api-key", "api_key ")],
        ("API_KEYS_FILE", "/nowhere/at/all"),
        ("METRICS_OPEN", "1"),
        *[("ALLOW_ANONYMOUS", text) for text in ("True", "1", "yes", "false ")],
        ("PIN_WORKERS", "on"),
        ("MAX_BODY_BYTES", "1023"),
        ("MAX_BODY_BYTES", "256K"),
        ("INSTRUMENTS_DIR", "/nowhere/at/all"),
        ("INSTRUMENTS_EXTRA_DIR", "/nowhere/at/all"),
        *[
            ("CANONICAL_BASE", text)
            for text in ("urn:", "https://x.org/", "ftp://x.org", "https://x.org/a b")
        ],
        ("REVISION", "a b"),
    ],
)
def test_a_value_out_of_bounds_is_one_fault_that_names_the_variable_and_not_the_value(
    variable: str, text: str
) -> None:
    (fault,) = faults(**{variable: text})
    assert fault.startswith(f"{variable} must be ")
    assert text not in fault or len(text) < 3


@pytest.mark.parametrize("host", ["unix:/tmp/x", "a b", "127.0.0.1:80", "-", "http://x"])
def test_a_host_is_an_address_or_a_name(host: str) -> None:
    assert faults(HOST=host) == ["HOST must be an IP address or a host name"]


def test_all_faults_are_reported_at_once() -> None:
    found = faults(PORT="x", WORKERS="0", HOST="0.0.0.0", ALLOW_ANONYMOUS="maybe")
    assert sorted(fault.split()[0] for fault in found) == [
        "ALLOW_ANONYMOUS",
        "HOST",
        "PORT",
        "WORKERS",
    ]


def test_the_error_lists_each_fault_on_a_line() -> None:
    assert str(SettingsError(["A x", "B y"])).splitlines()[1:] == ["  - A x", "  - B y"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_needs_no_consent(host: str) -> None:
    assert Settings.from_environ({"HOST": host}).is_loopback


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "10.0.0.1", "scores.example.org", "127.1", "localhost.evil.org"]
)
def test_any_other_host_needs_allow_anonymous(host: str) -> None:
    (fault,) = faults(HOST=host)
    assert "ALLOW_ANONYMOUS=true" in fault
    assert faults(HOST=host, ALLOW_ANONYMOUS="false") == [fault]
    assert Settings.from_environ({"HOST": host, "ALLOW_ANONYMOUS": "true"}).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::"])
def test_keys_are_a_choice_for_any_host_and_want_a_file(host: str, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.touch()
    chosen = {"HOST": host, "AUTH_MODE": "api_key"}
    assert faults(**chosen) == ["AUTH_MODE=api_key needs API_KEYS_FILE"]
    assert Settings.from_environ(chosen | {"API_KEYS_FILE": str(keys)}).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::"])
def test_tokens_are_a_choice_for_any_host_and_want_a_file(host: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    file = str(tmp_path / "file")
    chosen = {"HOST": host, "AUTH_MODE": "jwt"}
    assert faults(**chosen) == ["AUTH_MODE=jwt needs JWT_ISSUERS_FILE"]
    settings = Settings.from_environ(chosen | {"JWT_ISSUERS_FILE": file})
    assert (settings.accepts("jwt"), settings.accepts("api_key")) == (True, False)
    both = {"HOST": host, "AUTH_MODE": "api_key,jwt"}
    assert faults(**both) == [
        "AUTH_MODE=api_key,jwt needs API_KEYS_FILE",
        "AUTH_MODE=api_key,jwt needs JWT_ISSUERS_FILE",
    ]
    settings = Settings.from_environ(both | {"JWT_ISSUERS_FILE": file, "API_KEYS_FILE": file})
    assert settings.accepts("jwt")
    assert settings.accepts("api_key")
    assert not Settings.from_environ({}).accepts("jwt")


@pytest.mark.parametrize("mode", ["jwt,api_key", "api_key,", "JWT", "none,jwt", "jwt,jwt"])
def test_the_ways_to_ask_are_spelt_in_one_way(mode: str) -> None:
    assert "AUTH_MODE must be one of none, api_key, jwt, api_key,jwt" in faults(AUTH_MODE=mode)


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("https://scores.example.org", True),
        ("https://scores.example.org:8443/a/b", True),
        ("http://[::1]:8000", True),
        ("https://scores.example.org/", False),
        ("scores.example.org", False),
        ("https://scores.example.org?x", False),
        ("https://user@scores.example.org", False),
        ("https://", False),
    ],
)
def test_the_public_address_is_a_start_of_addresses(address: str, known: bool) -> None:
    if known:
        assert Settings.from_environ({"PUBLIC_URL": address}).public_url == address
    else:
        assert faults(PUBLIC_URL=address)


def test_a_choice_that_contradicts_another_is_refused(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.touch()
    (unused,) = faults(API_KEYS_FILE=str(keys))
    assert unused == "API_KEYS_FILE is not looked at without AUTH_MODE=api_key"
    (unused,) = faults(JWT_ISSUERS_FILE=str(keys), AUTH_MODE="api_key", API_KEYS_FILE=str(keys))
    assert unused == "JWT_ISSUERS_FILE is not looked at without AUTH_MODE=jwt"
    (both,) = faults(API_KEYS_FILE=str(keys), AUTH_MODE="api_key", ALLOW_ANONYMOUS="true")
    assert both == "ALLOW_ANONYMOUS=true contradicts AUTH_MODE=api_key"
    (none,) = faults(HOST="0.0.0.0", AUTH_MODE="none")
    assert "AUTH_MODE=api_key" in none


def test_an_ipv6_address_is_bound_in_brackets() -> None:
    assert Settings.from_environ({"HOST": "::1"}).bind == "[::1]:8000"
    assert Settings.from_environ({"PORT": "81"}).bind == "127.0.0.1:81"


def test_describe_has_a_complete_row_for_every_setting() -> None:
    rows = describe(Settings.from_environ({"PORT": "81"}))
    assert [row.variable.lower() for row in rows] == [
        entry.name for entry in dataclasses.fields(Settings)
    ]
    assert all(re.fullmatch(r"[A-Z].*\.", row.description) for row in rows)
    assert rows[1][:3] == ("PORT", "81", "8000")
    assert {row.variable: row.default for row in rows}["ALLOW_ANONYMOUS"] == "false"
    assert str(subject.REPOSITORY) not in "".join(row.default for row in rows)


def test_a_secret_is_hidden_once_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = {
        name: entry._replace(secret=name in ("revision", "instruments_extra_dir"))
        for name, entry in subject._declarations().items()
    }
    monkeypatch.setattr(subject, "_declarations", lambda: declared)
    shown = {row.variable: row.value for row in describe(Settings(revision="s3cret"))}
    assert (shown["REVISION"], shown["INSTRUMENTS_EXTRA_DIR"]) == (HIDDEN, "")


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        ("100000 100000", 1),
        ("50000 100000", 1),
        ("max 100000", None),
        ("nonsense", None),
        ("1 0", None),
    ],
)
def test_workers_follow_the_cpu_quota(tmp_path: Path, quota: str, expected: int | None) -> None:
    cpu_max = tmp_path / "cpu.max"
    cpu_max.write_text(quota + "\n")
    assert available_cpus(cpu_max) == (expected or available_cpus(tmp_path / "absent"))


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("WORKER", "WORKERS"),
        ("THREAD", "THREADS"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("KEEP_ALIVE", "KEEPALIVE"),
        ("INSTRUMENT_DIR", "INSTRUMENTS_DIR"),
        ("MAX_BODY_BYTE", "MAX_BODY_BYTES"),
        ("ALLOW_ANONYMUS", "ALLOW_ANONYMOUS"),
        ("workers", "WORKERS"),
        ("log_level", "LOG_LEVEL"),
    ],
)
def test_a_name_that_is_nearly_a_settings_is_refused_with_the_nearest(name, meant) -> None:
    assert faults(**{name: "3"}) == [f"{name} is no setting; did you mean {meant}?"]


@pytest.mark.parametrize(
    "name",
    [
        *("PORTS", "HOSTS", "HOSTNAME", "POST", "VERSION", "WEB_CONCURRENCY", "OMP_NUM_THREADS"),
        *("KUBERNETES_PORT", "SCORING_SERVICE_HOST", "SCORING_PORT_8000_TCP", "GRPC_WORKERS_MAX"),
        *("WORKERS_X", "KEEPALIVE_ID", "PORT_8000_TCP", "REVISION_X"),
        *("LOGNAME", "PYTHONPATH", "TIMEOUT", "LC_ALL", "WERKZEUG_RUN_MAIN"),
    ],
)
def test_variables_of_other_programs_are_left_alone(name) -> None:
    Settings.from_environ({name: "3"})


def test_the_log_level_is_one_of_four() -> None:
    assert faults(LOG_LEVEL="loud") == ["LOG_LEVEL must be one of debug, info, warning, error"]

"""The service's settings: environment variables only, each declared once, all checked before the
start.
"""

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Self

from service.setting_values import (
    available_cpus,
    boolean,
    directory,
    existing_file,
    host_name,
    matching,
    one_of,
    origins,
    whole_number,
)

REPOSITORY = Path(__file__).resolve().parent.parent
HIDDEN = "(hidden)"
_INSTALLED = Path(__file__).resolve().parent / "instruments"
"""Where the definitions stand in an installed package."""

_CANONICAL_BASE = re.compile(
    r"urn:[a-z0-9][a-z0-9-]{1,31}(:[A-Za-z0-9._-]+)*|https?://[^\s/?#]+(/[^\s/?#]+)*"
)
_ADDRESS = re.compile(r"https?://[^\s/?#<>\"]+[^\s<>\"]*")
_PUBLIC_URL = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+(/[^\s/?#]+)*")
_REVISION = re.compile(r"[A-Za-z0-9._+-]{1,64}")


class SettingsError(ValueError):
    """The environment cannot be used; `faults` holds one sentence for each thing wrong with it."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(
            "\n".join(["The settings cannot be used:", *(f"  - {fault}" for fault in faults)])
        )
        self.faults = faults


class Declaration(NamedTuple):
    """What is fixed about one setting: its variable, its parser, how its default is shown, what it
    is for.
    """

    variable: str
    parse: Callable[[str], Any]
    default: str
    description: str
    secret: bool


class Row(NamedTuple):
    """One setting as printed by `python -m service settings`."""

    variable: str
    value: str
    default: str
    description: str


def _setting(
    variable: str,
    default: object,
    parse: Callable[[str], Any],
    description: str,
    *,
    default_text: str | None = None,
    secret: bool = False,
) -> Any:
    """Declare a dataclass field; a callable default is computed when the settings are read."""
    shown = _shown(default) if default_text is None else default_text
    metadata = {"declaration": Declaration(variable, parse, shown, description, secret)}
    if callable(default):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata)


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings with their values; build it with `from_environ`, or directly in tests."""

    host: str = _setting("HOST", "127.0.0.1", host_name, "Address to listen on.")
    port: int = _setting("PORT", 8000, whole_number(1, 65535), "TCP port to listen on.")
    workers: int = _setting(
        "WORKERS",
        available_cpus,
        whole_number(1, 256),
        "Worker processes.",
        default_text="CPUs available",
    )
    threads: int = _setting("THREADS", 2, whole_number(1, 64), "Threads of each worker.")
    pin_workers: bool = _setting("PIN_WORKERS", False, boolean, "Keep each worker on one CPU core.")
    graceful_timeout: int = _setting(
        "GRACEFUL_TIMEOUT",
        20,
        whole_number(1, 600),
        "Seconds that requests under way get at shutdown.",
    )
    keepalive: int = _setting(
        "KEEPALIVE", 15, whole_number(0, 600), "Seconds an idle connection is kept open."
    )
    request_timeout: int = _setting(
        "REQUEST_TIMEOUT",
        10,
        whole_number(1, 300),
        "Seconds that a caller has to send a whole request.",
    )
    log_level: str = _setting(
        "LOG_LEVEL",
        "info",
        one_of("debug", "info", "warning", "error"),
        "Least level that is logged; probes are at `debug`.",
    )
    tracing: bool = _setting(
        "TRACING", False, boolean, "Send a span of each request, as OTEL_* variables say."
    )
    max_body_bytes: int = _setting(
        "MAX_BODY_BYTES",
        262_144,
        whole_number(1_024, 16_777_216),
        "Longest request body in bytes.",
    )
    max_batch_bytes: int = _setting(
        "MAX_BATCH_BYTES",
        33_554_432,
        whole_number(1_024, 1_073_741_824),
        "Longest body of a batch in bytes.",
    )
    batch_memory_bytes: int = _setting(
        "BATCH_MEMORY_BYTES",
        67_108_864,
        whole_number(1_024, 4_294_967_296),
        "Bytes of batches that each worker holds at once; one batch alone is always taken.",
    )
    instruments_dir: Path = _setting(
        "INSTRUMENTS_DIR",
        _INSTALLED if _INSTALLED.is_dir() else REPOSITORY / "instruments",
        directory,
        "Directory of the definition files.",
        default_text="the project's instruments/",
    )
    instruments_extra_dir: Path | None = _setting(
        "INSTRUMENTS_EXTRA_DIR", None, directory, "A site's own definition files and overlays."
    )
    languages_extra_dir: Path | None = _setting(
        "LANGUAGES_EXTRA_DIR", None, directory, "A site's own languages of alerts and flags."
    )
    definitions_manifest: Path | None = _setting(
        "DEFINITIONS_MANIFEST",
        None,
        existing_file,
        "The manifest that the loaded definitions must be the set of.",
    )
    canonical_base: str = _setting(
        "CANONICAL_BASE",
        "urn:questionnaire-scoring",
        matching(_CANONICAL_BASE, "must be a urn or an http(s) address without a slash at its end"),
        "Start of the canonical addresses of questionnaires and code systems.",
    )
    allow_anonymous: bool = _setting(
        "ALLOW_ANONYMOUS", False, boolean, "Answer callers without credentials beyond loopback."
    )
    auth_mode: str = _setting(
        "AUTH_MODE",
        "none",
        one_of("none", "api_key", "jwt", "api_key,jwt"),
        "Who is answered: anyone who can connect, or holders of an API key, of a signed token "
        "(`jwt`), or of either (`api_key,jwt`).",
    )
    api_keys_file: Path | None = _setting(
        "API_KEYS_FILE", None, existing_file, "The API keys that are accepted, by their SHA-256."
    )
    jwt_issuers_file: Path | None = _setting(
        "JWT_ISSUERS_FILE", None, existing_file, "Whose signed tokens are accepted, and for what."
    )
    jwks_max_stale: int = _setting(
        "JWKS_MAX_STALE",
        86_400,
        whole_number(0, 604_800),
        "Seconds that an issuer's keys stay in use while their address cannot be reached.",
    )
    public_url: str | None = _setting(
        "PUBLIC_URL",
        None,
        matching(_PUBLIC_URL, "must be an http(s) address without a slash at its end"),
        "What callers put before a path, which the tokens of CDS Hooks clients name.",
    )
    metrics_open: bool = _setting(
        "METRICS_OPEN",
        False,
        boolean,
        "Answer /metrics without a credential where others want one.",
    )
    cds_monitor_options: Path | None = _setting(
        "CDS_MONITOR_OPTIONS",
        None,
        existing_file,
        "How courses are judged for CDS Hooks: a JSON file.",
    )
    cds_source_url: str | None = _setting(
        "CDS_SOURCE_URL",
        None,
        matching(_ADDRESS, "must be an http(s) address"),
        "Page about the service that cards name as their source.",
    )
    cds_chart_link: str | None = _setting(
        "CDS_CHART_LINK",
        None,
        matching(_ADDRESS, "must be an http(s) address"),
        "Address of a chart that every card links to.",
    )
    cds_chart_link_type: str = _setting(
        "CDS_CHART_LINK_TYPE",
        "absolute",
        one_of("absolute", "smart"),
        "What that address is: a page, or the launch of a SMART app.",
    )
    cors_origins: tuple[str, ...] = _setting(
        "CORS_ORIGINS", (), origins, "Origins whose pages may call CDS Hooks from a browser."
    )
    console: bool = _setting(
        "CONSOLE", True, boolean, "Serve the console at /: a page for trying and for reading."
    )
    revision: str = _setting(
        "REVISION",
        "unknown",
        matching(_REVISION, "must be 1 to 64 letters, digits or . _ + -"),
        "Source revision of this build, as shown by /version.",
    )

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Read every setting; an empty variable counts as absent. Unknown ones are for other
        programs, but one whose name is nearly that of a setting is a fault.

        Raises SettingsError naming all faults at once. A fault never quotes the value, which may be
        a secret.
        """
        faults, values = _misspelt(environ), {}
        for name, declared in _declarations().items():
            text = environ.get(declared.variable, "")
            if not text:
                continue
            try:
                values[name] = declared.parse(text)
            except ValueError as refused:
                faults.append(f"{declared.variable} {refused}")
        # Each value that could not be read has its default here, so that the remaining rules are
        # checked as well.
        settings = cls(**values)
        faults.extend(settings.conflicts())
        if faults:
            raise SettingsError(faults)
        return settings

    @property
    def is_loopback(self) -> bool:
        """Say whether only this machine can reach the service."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def bind(self) -> str:
        """Return host and port as one listening address."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def accepts(self, credential: str) -> bool:
        """Say whether AUTH_MODE has this kind of credential: `api_key` or `jwt`."""
        return credential in self.auth_mode.split(",")

    def conflicts(self) -> list[str]:
        """Return a sentence for every combination of settings that is not allowed."""
        asked = self.auth_mode != "none"
        sentences = {
            "HOST is reachable from other machines, but no credentials are configured: "
            "keep HOST on loopback, set AUTH_MODE=api_key or AUTH_MODE=jwt, "
            "or set ALLOW_ANONYMOUS=true to answer anyone who can connect": not (
                self.is_loopback or self.allow_anonymous or asked
            ),
            f"ALLOW_ANONYMOUS=true contradicts AUTH_MODE={self.auth_mode}": (
                asked and self.allow_anonymous
            ),
        }
        for credential, variable, file in (
            ("api_key", "API_KEYS_FILE", self.api_keys_file),
            ("jwt", "JWT_ISSUERS_FILE", self.jwt_issuers_file),
        ):
            accepted = self.accepts(credential)
            sentences |= {
                f"AUTH_MODE={self.auth_mode} needs {variable}": accepted and file is None,
                f"{variable} is not looked at without AUTH_MODE={credential}": (
                    not accepted and file is not None
                ),
            }
        return [sentence for sentence, holds in sentences.items() if holds]


@cache
def settings_of_this_process() -> Settings:
    """Read the environment at the first call, for as long as the process lives: a reload does not
    ask again for what was there at the start. Raises SettingsError.
    """
    return Settings.from_environ(os.environ)


def _declarations() -> dict[str, Declaration]:
    return {entry.name: entry.metadata["declaration"] for entry in fields(Settings)}


def describe(settings: Settings) -> list[Row]:
    """Return one row for each setting in declared order; a secret that is set reads `(hidden)`."""
    rows = []
    for name, declared in _declarations().items():
        value = getattr(settings, name)
        shown = HIDDEN if declared.secret and value is not None else _shown(value)
        rows.append(Row(declared.variable, shown, declared.default, declared.description))
    return rows


_SHORTEST_NEAR = 6
"""Letters of a name that another one can be near to: shorter ones are too common."""
_NEARNESS = 0.85


def _misspelt(environ: Mapping[str, str]) -> list[str]:
    """Return a fault for each variable whose name is nearly that of a setting."""
    known = [declared.variable for declared in _declarations().values()]
    of_others = tuple(f"{name}_" for name in known)  # as platforms name the parts of an address
    faults = []
    for name in environ:
        if name in known or name.startswith(of_others) or len(name) < _SHORTEST_NEAR:
            continue
        nearest = get_close_matches(name.upper(), known, n=1, cutoff=_NEARNESS)
        if nearest:
            faults.append(f"{name} is no setting; did you mean {nearest[0]}?")
    return faults

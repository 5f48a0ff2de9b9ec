"""The console as it is served: its files, their policy, their texts and their size."""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from flask.testing import FlaskClient

from service.alliance.report.report_shape import FalseAlarm, Severity
from service.api.console_routes.files import MEDIA_TYPES
from service.app import create_app
from service.scoring import report_shape
from service.scoring.instrument import Direction, Metric, Perspective
from service.settings import Settings

FOLDER = Path(__file__).parents[2] / "service" / "console"
FILES = sorted(
    path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*") if path.suffix != ".html"
)
PATHS = ["/", *(f"/console/{name}" for name in FILES)]
ENGLISH = json.loads((FOLDER / "texts" / "en.json").read_text())
GERMAN = "/console/texts/de.json"
SCRIPTS = "\n".join(path.read_text() for path in sorted(FOLDER.rglob("*.js")))

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


@pytest.mark.parametrize("path", PATHS)
def test_every_file_has_the_strict_policy_its_type_and_a_name_to_keep_it_by(
    client: FlaskClient, path: str
) -> None:
    response = client.get(path, headers={"Accept": "*/*"})
    suffix = Path(path).suffix or ".html"
    assert response.status_code == 200
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.content_type == MEDIA_TYPES[suffix]
    assert response.headers["Cache-Control"] == "no-cache"
    kept = client.get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert (kept.status_code, kept.data) == (304, b"")
    assert kept.headers["Content-Security-Policy"] == POLICY


def test_the_page_has_nothing_of_its_own_that_the_policy_would_forbid(client: FlaskClient) -> None:
    page = client.get("/").text
    assert re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL) == [""]
    assert not re.search(r"<style|style=|\son[a-z]+=|//", page.removeprefix("<!doctype html>"))


@pytest.mark.parametrize("name", ["texts/xx.json", "index.html", "nothing.js", "..%2fapp.py"])
def test_what_is_no_file_of_the_console_is_not_there(
    client: FlaskClient, refused: Any, name: str
) -> None:
    refused(client.get(f"/console/{name}"), 404, "not_found")


def imported(name: str) -> set[str]:
    """Return the modules that a module of the console needs, with those that they need."""
    found: set[str] = set()
    for path in re.findall(r'^import .* from "\.{1,2}/(.+)";$', (FOLDER / name).read_text(), re.M):
        own = path if "/" in path else f"{Path(name).parent}/{path}"
        found |= {own} | imported(own)
    return found


def test_the_page_names_what_its_first_view_needs_so_that_all_comes_at_once(
    client: FlaskClient,
) -> None:
    named = re.findall(r'<link rel="modulepreload" href="console/(.*)">', client.get("/").text)
    assert set(named) == imported("app.js") | {"views/find.js"} | imported("views/find.js")


def test_the_console_can_be_switched_off(few: Settings, refused: Any) -> None:
    client = create_app(replace(few, console=False), log_fd=None).test_client()
    for path in PATHS[:3]:
        refused(client.get(path), 404, "not_found")


def test_the_page_says_which_credential_it_has_to_ask_for(few: Settings, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text("a  " + "0" * 64 + "  score\n")
    asked = replace(few, auth_mode="api_key", api_keys_file=keys)
    assert 'data-auth-mode="api_key"' in create_app(asked, log_fd=None).test_client().get("/").text
    assert 'data-auth-mode="none"' in create_app(few, log_fd=None).test_client().get("/").text


def test_all_files_without_texts_and_samples_of_others_are_small(client: FlaskClient) -> None:
    first = [path for path in PATHS if "/samples/" not in path]
    sizes = {path: len(gzip.compress(client.get(path).data, 6)) for path in first}
    assert sum(sizes.values()) <= 60_000


def test_german_has_every_text_of_the_page(client: FlaskClient) -> None:
    """With the same places, which is checked where languages are loaded."""
    assert set(client.get(GERMAN).json) == set(ENGLISH)


def test_a_language_of_a_site_is_a_language_of_the_page(few: Settings, tmp_path: Path) -> None:
    """One file has what the service says and what the page says; a file without a page has none."""
    (tmp_path / "pt-br.json").write_text('{"page": {"page.title": "Questionários"}}')
    (tmp_path / "nl.json").write_text('{"wordings": {"client": "patiënt"}}')
    client = create_app(replace(few, languages_extra_dir=tmp_path), log_fd=None).test_client()
    assert 'data-languages="de en pt-br"' in client.get("/").text
    said = client.get("/console/texts/pt-br.json")
    assert (said.content_type, said.json) == ("application/json", {"page.title": "Questionários"})
    assert said.headers["Content-Security-Policy"] == POLICY
    assert client.get("/console/texts/nl.json").status_code == 404


def test_every_text_that_is_asked_for_is_there_and_every_one_there_is_asked_for() -> None:
    asked = set(re.findall(r'"([a-z]+\.[a-z_]+)"', SCRIPTS))
    begun = set(re.findall(r"`([a-z]+\.(?:[a-z]+_)?)\$\{", SCRIPTS)) | {"code.", "rule."}
    views = {f"{name}.title" for name in ("find", "form", "report", "course", "check")}
    assert asked | views <= set(ENGLISH) | {"app.js"}
    unused = {key for key in ENGLISH if key not in asked and not key.startswith(tuple(begun))}
    assert unused - views == set()


def codes_of(shape: type) -> Iterator[str]:
    """Yield the codes that the sentences about notes and reasons name."""
    for name, hint in shape.__annotations__.items():
        if name.endswith(("note", "reason")):
            for part in get_args(hint)[1:]:
                yield from re.findall(r"`([a-z]+(?:_[a-z]+)+)`", part)


def test_every_code_of_a_score_report_has_words() -> None:
    shapes = [one for one in vars(report_shape).values() if hasattr(one, "__annotations__")]
    codes = {code for shape in shapes if isinstance(shape, type) for code in codes_of(shape)}
    assert len(codes) > 15
    words = [*get_args(report_shape.Category), *get_args(report_shape.Significance)]
    words += [*get_args(Perspective), *report_shape._MISSING_RULES.values]
    assert {f"code.{one}" for one in [*codes, *words]} - set(ENGLISH) == set()


def test_every_word_of_a_list_has_a_text() -> None:
    (reasons,) = (
        get_args(part)
        for part in get_args(get_args(FalseAlarm.__annotations__["reason"])[0])
        if get_args(part)
    )
    wanted = [f"code.{one}" for one in reasons]
    wanted += [f"signal.{one}" for one in get_args(Severity)]
    wanted += [f"metric.{one}" for one in get_args(Metric)]
    wanted += [f"direction.{one}" for one in get_args(Direction)]
    wanted += [f"severity.{one}" for one in get_args(report_shape.Severity)]
    assert set(wanted) - set(ENGLISH) == set()


SAMPLES = json.loads((FOLDER / "samples" / "courses.json").read_text())
SAID = {
    "steady": None,
    "returned": "fell more than usual at session 6; back since",
    "silence": "fell more than usual at session 6; no form since",
    "erosion": "lower than usual over several sessions",
    "unseen": "fell more than usual at session 6",
    "both": "symptoms worse, therapist's score too",
    "ceiling": "best possible scores while symptoms worsened",
    "new_therapist": None,
    "weak_start": "low in the early sessions",
    "ending": "ending announced",
}
"""What the first alert of each sample says; None: there is none."""


def test_each_sample_course_is_what_it_is_called(client: FlaskClient) -> None:
    assert [sample["id"] for sample in SAMPLES] == list(SAID)
    for sample, said in zip(SAMPLES, SAID.values(), strict=True):
        alerts = client.post("/v1/monitor", json={"sessions": sample["sessions"]}).json["alerts"]
        assert bool(alerts) == (said is not None), sample["id"]
        assert said is None or said in alerts[0]["summary"]
        assert f"sample.{sample['id']}" in ENGLISH


def test_the_sample_of_a_mapping_is_sound_and_reads_its_payload(client: FlaskClient) -> None:
    sample = json.loads((FOLDER / "samples" / "mapping.json").read_text())
    assert client.post("/v1/mappings/check", json=sample["mapping"]).json["valid"]
    run = client.post("/v1/sources/score?dry_run=true", json=sample).json
    assert (run["errors"], run["not_sent"]) == ([], ["10"])

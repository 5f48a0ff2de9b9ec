"""The built manual, as the service sends it."""

import gzip
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service import app as composition
from service.api.documentation_routes import site
from service.api.documentation_routes.manual import POLICY
from service.api.documentation_routes.site import Site
from service.app import create_app

SITE = {
    "entry.html": "<h1>entry</h1>",
    "index.html": "<h1>index</h1>",
    "guides/redcap.html": "<h1>redcap</h1>",
    "_static/manual.css": "body {}",
    "_static/search.js": "0",
    "notes.txt": "not sent",
}


@pytest.fixture
def client(few, packed, monkeypatch, tmp_path) -> FlaskClient:
    """Return a client of a service whose manual is built in a moment, or never."""
    monkeypatch.setattr(composition, "MANUAL", tmp_path / "manual.zip")
    return create_app(few, log_fd=None).test_client()


def test_a_manual_that_is_built_later_is_sent_without_a_start_anew(client, packed):
    assert "The manual is not built here" in client.get("/docs").text
    packed(SITE)
    assert client.get("/docs").text == SITE["entry.html"]
    packed({**SITE, "entry.html": "<h1>of changed pages</h1>"})
    assert client.get("/docs").text == "<h1>of changed pages</h1>"


def test_a_slash_at_the_end_leads_to_the_same_page_with_links_that_fit_there(client, packed):
    """From `/docs/` a link `guides/…` leads below it, as from `index.html`."""
    assert 'href="../openapi.yaml"' in client.get("/docs/").text
    packed(SITE)
    response = client.get("/docs/")
    assert (response.status_code, response.text) == (200, SITE["index.html"])
    assert response.headers["Content-Security-Policy"] == POLICY
    assert client.get("/docs").text == SITE["entry.html"]


@pytest.mark.parametrize("path", ["/v1/rules/", "/openapi.yaml/", "/docs//", "/problems/"])
def test_no_other_path_takes_a_slash_at_the_end(client, refused, path):
    refused(client.get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("guides/redcap.html", "text/html; charset=utf-8"),
        ("_static/manual.css", "text/css; charset=utf-8"),
        ("_static/search.js", "text/javascript; charset=utf-8"),
    ],
)
def test_each_file_has_its_type_its_name_and_the_policy(client, packed, name, kind):
    packed(SITE)
    response = client.get(f"/docs/{name}")
    assert (response.status_code, response.text, response.content_type) == (200, SITE[name], kind)
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    kept = client.get(f"/docs/{name}", headers={"If-None-Match": response.headers["ETag"]})
    assert (kept.status_code, kept.data) == (304, b"")


def test_the_policy_lets_in_nothing_inline_and_nothing_from_elsewhere():
    policy = dict(part.split(" ", 1) for part in POLICY.split("; "))
    assert policy.pop("default-src") == policy.pop("base-uri") == "'none'"
    assert policy.pop("frame-ancestors") == "'none'"
    assert policy.pop("form-action") == "'self'"  # the search, which is a page of the manual
    assert policy == dict.fromkeys(("script-src", "style-src", "img-src", "connect-src"), "'self'")


@pytest.mark.parametrize(
    "path",
    [
        "/docs/nothing.html",
        "/docs/notes.txt",
        "/docs/guides/../../openapi.yaml",
        "/docs/..%2fopenapi.yaml",
        "/docs/guides/..%2f..%2fREADME.md",
        "/docs/%2e%2e/openapi.yaml",
        "/docs/a/b/c.html",
        "/docs//index.html",
    ],
)
def test_nothing_else_is_found(client, packed, refused, path):
    packed(SITE)
    refused(client.get(path), 404, "not_found")


def test_other_media_types_are_refused(client, packed, refused):
    packed(SITE)
    for name in ("index.html", "_static/manual.css", "api.html"):
        response = client.get(f"/docs/{name}", headers={"Accept": "image/png"})
        refused(response, 406, "not_acceptable")


def test_the_page_of_all_paths_stands_beside_the_manual(client, packed):
    without = client.get("/docs/api.html").text
    assert "The manual is not built here" in without
    packed(SITE)
    page = client.get("/docs/api.html").text
    assert 'href="../docs">the manual' in page
    assert 'href="../problems/bad_json"' in page
    assert "The manual is not built here" not in page


@pytest.mark.parametrize("broken", [b"", b"no archive", b"PK\x03\x04 and no more"])
def test_a_manual_that_cannot_be_read_is_none(client, tmp_path: Path, refused, broken):
    (tmp_path / "manual.zip").write_bytes(broken)
    assert "The manual is not built here" in client.get("/docs").text
    refused(client.get("/docs/index.html"), 404, "not_found")


def test_a_manual_that_would_fill_the_memory_is_none(packed, monkeypatch):
    monkeypatch.setattr(site, "MOST_BYTES", 1000)
    assert Site(packed({"1.html": b" " * 800})).is_built()
    assert not Site(packed({"1.html": b" " * 1001}, deflated=True)).is_built()
    assert not Site(packed({"1.html": b" " * 950})).is_built()
    monkeypatch.setattr(site, "MOST_FILES", 2)
    assert Site(packed({"1.html": "", "2.html": ""})).is_built()
    assert not Site(packed({"1.html": "", "2.html": "", "3.html": ""})).is_built()


def test_what_a_browser_takes_compressed_is_the_same(client, packed):
    packed({**SITE, "index.html": "<p>" + "the same " * 100})
    plain = client.get("/docs/index.html")
    smaller = client.get("/docs/index.html", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(smaller.data) == plain.data
    assert len(smaller.data) < len(plain.data) / 5
    assert smaller.headers["ETag"] != plain.headers["ETag"]

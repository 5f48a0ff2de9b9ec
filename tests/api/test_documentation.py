"""The description of the service over HTTP: two forms for programs, and one page for people that
needs nothing else.
"""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import pytest
import yaml
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from service.api.documentation_routes.page import choices, indented, kind, limits, prose
from service.api.problems import TITLES
from service.app import Service
from service.settings import REPOSITORY

SOURCE = (REPOSITORY / "openapi.yaml").read_bytes()
DOCUMENT: dict[str, Any] = yaml.load(SOURCE, Loader=yaml.CSafeLoader)
VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """A page with its elements, texts and style sheet; fails where an element is not closed as it
    should be.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.style = ""
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.style += data
        elif data.strip():
            self.texts.append(data.strip())

    def values(self, attribute: str) -> list[str]:
        return [
            value
            for _, attributes in self.elements
            if (value := attributes.get(attribute)) is not None
        ]


@pytest.fixture(scope="module")
def page(app: Service) -> Page:
    return Page(app.test_client().get("/docs/api.html").text)


def test_yaml_is_the_file_as_it_stands(client: FlaskClient):
    response = client.get("/openapi.yaml")
    assert response.content_type == "application/yaml"
    assert response.data == SOURCE


def test_json_says_the_same(client: FlaskClient):
    response = client.get("/openapi.json")
    assert response.content_type == "application/json"
    assert json.loads(response.data) == DOCUMENT


@pytest.mark.parametrize("path", ["/openapi.yaml", "/openapi.json", "/docs/api.html", "/docs"])
def test_a_kept_copy_is_confirmed(client: FlaskClient, path: str):
    etag = client.get(path).headers["ETag"]
    kept = client.get(path, headers={"If-None-Match": etag})
    assert (kept.status_code, kept.data, kept.headers["ETag"]) == (304, b"", etag)
    assert client.get(path, headers={"If-None-Match": '"another"'}).status_code == 200


@pytest.mark.parametrize("path", ["/openapi.yaml", "/openapi.json", "/docs/api.html", "/docs"])
def test_other_media_types_are_refused(client: FlaskClient, path: str, refused):
    refused(client.get(path, headers={"Accept": "image/png"}), 406, "not_acceptable")


def test_a_browser_may_use_the_pages_own_style_and_nothing_else(client: FlaskClient, page: Page):
    response = client.get("/docs/api.html")
    policy = dict(
        part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; ")
    )
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policy == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert response.content_type == "text/html; charset=utf-8"


def test_the_page_brings_in_nothing(page: Page):
    tags = [tag for tag, _ in page.elements]
    assert tags.count("style") == 1
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(tags)
    assert page.values("src") == page.values("style") == page.values("onclick") == []
    assert not re.search(r"url\(|@import", page.style)


def test_every_link_leads_somewhere(client: FlaskClient, page: Page):
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    for link in page.values("href"):
        if link.startswith("#"):
            assert link[1:] in ids
        else:
            assert client.get(urljoin("/docs/api.html", link)).status_code == 200


def test_the_page_shows_every_operation_schema_and_problem(page: Page):
    ids, texts = set(page.values("id")), set(page.texts)
    operations = [
        operation
        for item in DOCUMENT["paths"].values()
        for name, operation in item.items()
        if name != "parameters"
    ]
    assert {operation["operationId"] for operation in operations} <= ids
    assert {operation["summary"] for operation in operations} | DOCUMENT["paths"].keys() <= texts
    assert {f"schema-{name}" for name in DOCUMENT["components"]["schemas"]} <= ids
    assert TITLES.keys() | set(TITLES.values()) <= texts


def test_the_page_shows_every_worked_example(page: Page):
    shown = [json.loads(text) for text in page.texts if text.startswith(("{", "["))]

    def examples(part: Any) -> list[Any]:
        if isinstance(part, list):
            return [found for element in part for found in examples(element)]
        if not isinstance(part, dict):
            return []
        own = (
            [example["value"] for example in part.get("examples", {}).values()]
            if "schema" in part
            else []
        )
        return own + [found for member in part.values() for found in examples(member)]

    expected = examples({name: DOCUMENT[name] for name in ("paths", "components")})
    assert len(expected) > 10
    assert all(example in shown for example in expected)


def test_the_page_follows_the_readers_colours_and_fits_narrow_windows(page: Page):
    assert "prefers-color-scheme: dark" in page.style
    assert "width=device-width, initial-scale=1" in page.values("content")


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "string"),
        ({"type": ["number", "null"]}, "number or null"),
        ({}, "any value"),
        (True, "any value"),
        ({"type": "array", "items": {"type": "number"}}, "array of number"),
        ({"type": "array"}, "array"),
        ({"type": "object", "additionalProperties": {"type": "boolean"}}, "object of boolean"),
        ({"type": "object", "additionalProperties": False}, "object"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
        ({"enum": ["a"], "x-enum-descriptions": ["A"]}, "string"),
        ({"$ref": "#/components/schemas/Scale"}, '<a href="#schema-Scale">Scale</a>'),
        ({"type": "<b>"}, "&lt;b&gt;"),
    ],
)
def test_types_are_put_into_words(schema, words):
    assert kind(schema) == words


@pytest.mark.parametrize(
    ("schema", "listed"),
    [
        ({"enum": ["a", "b", None]}, [("a", ""), ("b", "")]),
        ({"const": "a"}, [("a", "")]),
        ({"enum": ["a"], "x-enum-descriptions": ["A"]}, [("a", "A")]),
        ({"type": "string"}, []),
    ],
)
def test_listed_values_are_found(schema, listed):
    assert choices(schema) == listed


def test_limits_are_put_into_words_also_for_elements():
    schema = {
        "type": "array",
        "maxItems": 5,
        "items": {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
    }
    assert limits(schema) == [("elements at most", 5), ("at least", 0), ("less than", 1)]


def test_descriptions_are_escaped_and_code_is_marked():
    assert prose("`a<b>` & `c`") == "<code>a&lt;b&gt;</code> &amp; <code>c</code>"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(deadline=None)
@given(VALUES)
def test_examples_are_laid_out_without_changing_them(value):
    assert json.loads(indented(value)) == value


def test_long_examples_stand_on_several_lines():
    assert indented({"short": [1, 2]}) == '{"short": [1, 2]}'
    assert indented({"long": ["x" * 40, "y" * 40]}) == (
        '{\n  "long": [\n    "' + "x" * 40 + '",\n    "' + "y" * 40 + '"\n  ]\n}'
    )

"""Which media type an answer has, by RFC 9110, section 12.5.1."""

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from service.api.negotiation import negotiate
from service.api.problems import Problem

JSON, SVG = "application/json", "image/svg+xml"
BOTH = (JSON, SVG)
JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def accepting(accept: str | None) -> Request:
    headers = {} if accept is None else {"Accept": accept}
    return Request(EnvironBuilder(headers=headers).get_environ())


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        (JSON, JSON),
        (SVG, SVG),
        ("image/*", SVG),
        ("IMAGE/SVG+XML", SVG),
        ("application/*", JSON),
        ("image/*, application/json", JSON),
        ("image/svg+xml, application/*", SVG),
        ("image/svg+xml, */*", SVG),
        ("application/json, */*", JSON),
        ("application/json;q=0, */*", SVG),
        ("*/*, application/json;q=0", SVG),
        ("image/svg+xml;q=0, */*", JSON),
        ("image/*;q=0, */*;q=0.1", JSON),
        ("image/*;q=0, image/svg+xml", SVG),
        ("image/svg+xml; charset=utf-8", SVG),
        ("image/svg+xml;charset=UTF-8", SVG),
        ('image/svg+xml; charset="utf-8"', SVG),
        ("application/json; charset=utf-8", JSON),
        ("image/svg+xml;q=0, image/svg+xml;charset=utf-8", SVG),
        ("application/json;q=0.2, image/svg+xml;q=0.3", SVG),
        ("application/json;q=0.3, image/svg+xml;q=0.2", JSON),
        ("application/json;q=0.001, image/svg+xml;q=0", JSON),
        ("application/json, image/svg+xml", SVG),
        ("text/html, image/svg+xml", SVG),
        ("image/svg+xml;q=0.5, */*", JSON),
        ("image/png, */*;q=0.1", JSON),
        (", ,application/json,,", JSON),
        (JAVA, JSON),
        (BROWSER, JSON),
    ],
)
def test_the_caller_gets_what_it_prefers(accept: str | None, chosen: str) -> None:
    assert negotiate(accepting(accept), BOTH) == chosen


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "image/png",
        "application/xml",
        "application/fhir+json",
        "*/*;q=0",
        "application/*;q=0, image/*;q=0, */*;q=0.000",
        "application/json;q=0",
        "image/svg+xml;q=0",
        "application/json;q=0, image/svg+xml;q=0, */*",
        "application/json; charset=utf-16",
        "application/json; profile=x",
        "application/json;q=2",
        "application/json;q=-1",
        "application/json;q=nan",
        "application/json;q=many",
        "image/svg+xml;charset=utf-8;q=0, image/svg+xml",
        "*",
        "*/json",
        "json",
        "nonsense",
        ";;q=x,/,",
    ],
)
def test_nobody_gets_what_it_does_not_accept_and_is_told_all_types(accept: str) -> None:
    with pytest.raises(Problem) as refused:
        negotiate(accepting(accept), BOTH)
    assert (refused.value.status, refused.value.code) == (406, "not_acceptable")
    assert refused.value.detail == "This path answers with application/json or image/svg+xml."


@pytest.mark.parametrize("accept", ["application/json;q=0, */*", "image/svg+xml", "image/*"])
def test_one_type_is_all_that_many_paths_have(accept: str) -> None:
    with pytest.raises(Problem) as refused:
        negotiate(accepting(accept), (JSON,))
    assert refused.value.detail == "This path answers with application/json."

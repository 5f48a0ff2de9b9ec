"""What each problem code means, at the address that `type` names: one page for every code."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from jinja2 import Environment, PackageLoader
from werkzeug.wrappers import Request, Response

from service.api.conditional import conditional
from service.api.documentation_routes.page import indented, prose, styled
from service.api.problems import Problem, body
from service.api.route import Route
from service.scoring.issue import Issue

HTML = "text/html"

_FILE = Path(__file__).with_name("problems.yaml")
_REQUEST_ID = "0123456789abcdef0123456789abcdef"


class Explained(NamedTuple):
    """A code in plain words: what it means, who acts, how to mend it, and a whole response."""

    means: str
    acts: str
    mend: str
    example: dict[str, Any]


@cache
def explanations() -> Mapping[str, Explained]:
    """Return what is said of every code."""
    written = yaml.load(_FILE.read_bytes(), Loader=yaml.CSafeLoader)
    return {code: _explained(code, **told) for code, told in written.items()}


def problem_routes() -> list[Route]:
    """Return the route of the pages."""

    @cache
    def page(code: str) -> tuple[bytes, str]:
        """Return the page of a code that is known, with its policy."""
        environment = Environment(loader=PackageLoader("service.api"), autoescape=True)
        environment.filters.update(indented=indented, prose=prose)
        return styled(environment, "problem.html", code=code, told=explanations()[code])

    def problem(asked: Request, code: str) -> Response:
        """Answer with what a code means. Raises Problem 404 for any other."""
        if code not in explanations():
            raise Problem(404, "not_found", "There is no such problem code; /docs lists them.")
        html, policy = page(code)
        response = conditional(asked, html, f"{HTML}; charset=utf-8")
        response.headers["Content-Security-Policy"] = policy
        return response

    return [Route("GET", "/problems/<code>", problem, offers=(HTML,), scope=None)]


def _explained(
    code: str, *, means: str, acts: str, mend: str, example: Mapping[str, Any]
) -> Explained:
    members = dict(example)
    status, detail = members.pop("status"), members.pop("detail")
    errors = [
        Issue(tuple(one["pointer"].split("/")[1:]), one["code"], one["detail"], one.get("allowed"))
        for one in members.pop("errors", ())
    ]
    problem = Problem(status, code, detail, errors, **members)
    return Explained(means, acts, mend, body(problem, _REQUEST_ID))

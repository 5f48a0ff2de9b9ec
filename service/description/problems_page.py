"""The page of all problem codes, written from what is said of each at its own address."""

from collections.abc import Iterator

from service.api.documentation_routes.page import indented
from service.api.documentation_routes.problems import Explained, explanations

_ABOUT = (
    "Every error is a response of type `application/problem+json` (RFC 9457). Its `type` is the "
    "address of a page about its code, `GET /problems/{code}`; its `errors` has every fault at "
    "once. On the FHIR face the same comes as an OperationOutcome. This page is written by "
    "`make pages`."
)


def problems_page() -> str:
    """Return docs/problems.md."""
    lines = [
        "# Problem codes",
        "",
        _ABOUT,
        "",
    ]
    for code, told in explanations().items():
        lines += _section(code, told)
    return "\n".join(lines).rstrip() + "\n"


def _section(code: str, told: Explained) -> Iterator[str]:
    shown = {name: value for name, value in told.example.items() if name != "request_id"}
    yield from (
        f"## `{code}`",
        "",
        f"{told.example['title']} ({told.example['status']}). {told.means}",
        "",
    )
    yield from (f"- **Who acts**: {told.acts}.", f"- **How to mend it**: {told.mend}", "")
    yield from ("```json", indented(shown), "```", "")

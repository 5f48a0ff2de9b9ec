"""What docs/clients.md shows works as it stands there."""

import contextlib
import io
import re

from service.settings import REPOSITORY
from tests.pasted import SERVED

PAGE = (REPOSITORY / "docs" / "clients.md").read_text(encoding="utf-8")


def test_the_python_of_the_page_runs_and_prints_what_the_text_says(services: dict[str, str]):
    code = "".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code.replace(f"http://{SERVED}", services["sound"]), {})
    lines = printed.getvalue().splitlines()
    assert lines[:2] == ["8", "info"]
    assert lines[2] == "422 invalid_request"
    assert lines[3] == "/answers/1 value_not_allowed {'values': [0, 1, 2, 3]}"
    assert lines[4:] == ["form-0 0", "form-1 9", "form-2 18", "form-3 27", "form-4 0"]

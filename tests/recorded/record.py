"""Record what a revision of the service answers.

`git worktree add ../before REVISION`, then `.venv/bin/python tests/recorded/record.py ../before`
writes `answers.jsonl.gz` anew: one line that names the revision, then one line per request.
"""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RECORD = HERE / "answers.jsonl.gz"


@dataclass(frozen=True)
class Recorded:
    """A request and what was answered."""

    subject: str
    name: str
    path: str
    body: dict[str, Any] | None
    accept: str | None
    status: int
    answer: Any


def ask(client: Any, request: Any) -> tuple[int, Any]:
    """Return the status and the JSON of an answer; the text of one that is not JSON."""
    headers = {"Accept": request.accept} if request.accept else {}
    if request.body is None:
        response = client.get(request.path, headers=headers)
    else:
        response = client.post(request.path, json=request.body, headers=headers)
    return response.status_code, response.json if response.is_json else {"text": response.text}


def recorded() -> Iterator[Recorded]:
    """Yield the record."""
    with gzip.open(RECORD, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            yield Recorded(**json.loads(line))


def write(checkout: Path) -> None:
    """Ask the service of a checkout and write its answers."""
    sys.path[:0] = [str(checkout), str(HERE)]
    from asked import requests

    from service.app import create_app
    from service.settings import Settings

    git = ["git", "-C", str(checkout), "rev-parse", "HEAD"]
    revision = subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    client = create_app(Settings(), log_fd=None).test_client()
    lines = [{"revision": revision}]
    for request in requests(checkout):
        status, answer = ask(client, request)
        assert status < 500, request
        lines.append({**asdict(request), "status": status, "answer": answer})
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    # Without a time in its head the same answers are the same file.
    RECORD.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    print(f"{len(lines) - 1} answers of {revision[:7]}, {RECORD.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    write(Path(sys.argv[1]).resolve())

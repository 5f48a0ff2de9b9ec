"""What docs/access.md says of tokens is so."""

import re
import subprocess
import sys
from pathlib import Path

from service.access.caller import REASONS, Caller
from service.access.credential import Credential
from service.access.tokens import issuers, sources
from service.access.tokens.issued import IssuedTokens
from service.access.tokens.issuers import read_issuers
from service.access.tokens.key_set import MOST_KEYS
from service.access.tokens.remembering import MOST_USED, MOST_VERIFIED
from service.access.tokens.scopes import granted
from service.access.tokens.token import ALGORITHMS, LONGEST_NAME, LONGEST_TOKEN
from tests.tokens import PUBLIC_URL

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "access.md").read_text()
ROWS = re.findall(r"^\| (.*?) \| (.*?) \|$", PAGE, re.MULTILINE)
OF_TOKENS = REASONS[REASONS.index("bad_token") :]


def test_the_example_on_the_page_is_a_file_of_issuers() -> None:
    (shown, *_) = re.findall(r"```text\n(\{\"issuers\".*?)```", PAGE, re.DOTALL)
    access, cds = read_issuers(shown.encode(), public_url=PUBLIC_URL)
    assert (access.kind, cds.kind) == ("access", "cds-client")


def test_every_member_and_every_reason_has_its_place_on_the_page() -> None:
    members = issuers._IssuerShape().fields
    assert {name.strip("`") for name, _ in ROWS if name.strip("`") in members} == set(members)
    told = {reason for _, cell in ROWS for reason in re.findall(r"`(\w+)`", cell)}
    assert set(OF_TOKENS) <= told


def test_the_table_of_scopes_is_what_scopes_grant() -> None:
    rows = [(name, cell) for name, cell in ROWS if re.match(r"`(system/|score)", name)]
    assert len(rows) == 4
    for names, cell in rows:
        for name in re.findall(r"`(.*?)`", names):
            allowed = {name} if cell == "that" else set(re.findall(r"`(\w+)`", cell))
            assert granted(name) == allowed


def test_numbers_on_the_page_are_those_in_force() -> None:
    said = PAGE.replace(",", "")
    for sentence in (
        f"at most {LONGEST_TOKEN} characters",
        f"`jti` of 1 to {LONGEST_NAME} characters",
        f"1 to {issuers.LONGEST_LIFETIME}; {issuers.USUAL_LIFETIME} if absent",
        f"0 to {issuers.LARGEST_SKEW}; {issuers.USUAL_SKEW} if absent",
        f"each worker remembers {MOST_VERIFIED}",
        f"{MOST_USED} in each worker",
        f"asked again after {sources.COOLDOWN:.0f} seconds",
        f"at most {MOST_KEYS} keys",
    ):
        assert sentence in said
    assert sources.REFRESH_EVERY == 300, "every five minutes"
    assert ", ".join(f"`{name}`" for name in ALGORITHMS) in PAGE


def test_the_token_that_the_page_makes_is_accepted(tmp_path: Path) -> None:
    (script,) = re.findall(r"<<'END'\n(.*?)\nEND\n", PAGE, re.DOTALL)
    made = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    tokens = IssuedTokens(tmp_path / "issuers.json")
    caller = tokens.identify(Credential(made.stdout.strip(), True, "/v1/instruments/phq-2"))
    assert caller == Caller("own", frozenset({"definitions"}))

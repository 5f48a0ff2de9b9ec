"""The order of the manual, and the links of its pages."""

from pathlib import Path

import pytest

from service.settings import REPOSITORY
from tools.manual.contents import Misplaced, read_contents
from tools.manual.links import faults
from tools.manual.sources import Pages

FIRST = 'first = "README.md"\n'


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    for name in ("README.md", "a.md", "b.md", "runbook/c.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"# {name}\n")
    return tmp_path


def contents(docs: Path, *sections: list[str]):
    listed = "".join(f'[[section]]\ntitle = "T"\npages = {pages}\n' for pages in sections)
    (docs / "contents.toml").write_text(FIRST + listed)
    return read_contents(docs)


def test_every_page_of_the_project_has_its_place():
    first, sections = read_contents(REPOSITORY / "docs")
    pages = {path.relative_to(REPOSITORY / "docs") for path in REPOSITORY.glob("docs/**/*.md")}
    assert {Path(first), *(Path(page) for one in sections for page in one.pages)} == pages


def test_a_star_takes_the_pages_that_have_no_place_of_their_own(docs: Path):
    _, sections = contents(docs, ["b.md", "*.md"], ["runbook/*.md"], ["*.md", "*/*.md"])
    assert [one.pages for one in sections] == [("b.md", "a.md"), ("runbook/c.md",), ()]


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ([["a.md", "b.md"]], ["docs/runbook/c.md stands in no section"]),
        ([["*.md", "*/*.md", "d.md"]], ["names docs/d.md, which is not there"]),
        ([["*.md", "*/*.md", "a.md", "a.md"]], ["docs/a.md stands in docs/contents.toml more"]),
        ([["a.md"]], ["docs/b.md stands", "docs/runbook/c.md stands"]),
    ],
)
def test_what_is_misplaced_is_told_all_at_once(docs: Path, sections, told):
    with pytest.raises(Misplaced) as refused:
        contents(docs, *sections)
    lines = str(refused.value).splitlines()
    assert len(lines) == len(told)
    assert all(words in line for words, line in zip(told, lines, strict=True))


def test_links_lead_where_the_site_has_things(tmp_path: Path):
    pages = Pages(REPOSITORY)
    pages.write(tmp_path)
    form = (tmp_path / "instruments" / "phq-9.md").read_text()
    assert form.splitlines()[2] == "[Try it in the console](service:#/form/phq-9)"
    guide = (tmp_path / "guides" / "phq-9-from-an-ehr.md").read_text()
    assert "](../mappings.md)" in guide
    assert "README.md" not in (tmp_path / "index.md").read_text()


SOUND = b'<html><body><h1 id="top"></h1><a href="b.html#top"></a><a href="../v1/instruments/x"></a>'


def test_a_sound_site_has_no_faults():
    assert not list(faults({"a.html": SOUND, "b.html": SOUND}))


@pytest.mark.parametrize(
    ("page", "told"),
    [
        (b'<a href="c.html"></a>', "c.html is not there"),
        (b'<a href="b.html#no"></a>', "b.html#no is no place on that page"),
        (b'<a href="#no"></a>', "#no is no place on that page"),
        (b'<a href="../elsewhere"></a>', "../elsewhere leads to nothing of the service"),
        (b'<a href="service:x"></a>', "service:x is no address"),
        (b'<img src="https://example.org/x.png">', "https://example.org/x.png is asked of another"),
        (b'<script src="//example.org/x.js"></script>', "//example.org/x.js is asked of another"),
        (b'<img src="x.png">', "x.png is not there"),
        (b"<script>1</script>", "<script> is refused"),
        (b"<style>p {}</style>", "<style> is refused"),
        (b'<p style="color: red">', "<p style> is refused"),
        (b'<p onclick="x()">', "<p onclick> is refused"),
    ],
)
def test_each_fault_of_a_site_is_told(page: bytes, told: str):
    found = list(faults({"a.html": page, "b.html": SOUND}))
    assert any(told in fault for fault in found), found
    assert all(fault.startswith("a.html: ") for fault in found)


def test_a_style_sheet_that_asks_for_something_is_told():
    assert list(faults({"a.css": b"@import 'x.css'; p { background: url(//example.org) }"}))

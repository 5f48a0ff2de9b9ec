"""The draft of a definition: what a Questionnaire tells, and what its author still has to."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from service.definitions.checks.codes import is_loinc
from service.definitions.shape.evidence import IDENTIFIER
from service.definitions.skeleton import to_confirm
from service.fhir.canonical import LOINC
from service.fhir.codes import Code
from service.fhir.findings import Findings
from service.fhir.importing.examples import examples_of
from service.fhir.importing.questions import Question, Questions, read_questions
from service.fhir.importing.response_sets import Choice, Numbers, Use, uses_of, write_set
from service.fhir.importing.source import read_source
from service.fhir.reading.node import Node, codings_of
from service.scoring.issue import Issue, Path, distinct

Json = dict[str, Any]

_LONGEST_QUOTE = 1500
_SYSTEM = re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.ASCII)
_WEB_ADDRESS = re.compile(r"https?://\S+")
_NOT_IN_AN_ID = re.compile(r"[^a-z0-9]+")
TOLD = frozenset({"calculated", "reversed", "mirrored"})
"""Codes of remarks about what the draft has: they leave nothing to be done but to read them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A definition that the check refuses until its author has confirmed it, and what has to be
    said of it; or no definition, and why there is none.
    """

    definition: Json | None
    faults: tuple[Issue, ...]
    remarks: tuple[Issue, ...]

    @property
    def is_whole(self) -> bool:
        """Whether everything that is asked found its place."""
        return self.definition is not None and all(one.code in TOLD for one in self.remarks)


def draft_of(document: object, *, name: str | None = None, with_text: bool = False) -> Draft:
    """Make the draft of a definition of a Questionnaire, or of a Bundle with one. Never raises.

    `name` becomes its id. The wording of items and answers is taken along only `with_text`, and
    only where the form says whose it is.
    """
    findings = Findings()
    source = read_source(document, findings)
    if source is not None:
        questions = read_questions(source, findings)
        if not findings.errors:
            writer = _Writer(source.form, questions, findings, with_text=with_text)
            definition = writer.write(name)
            if not findings.errors:
                return Draft(definition, (), tuple(distinct(findings.warnings)))
    return Draft(None, tuple(distinct(findings.errors)), ())


class _Writer:
    def __init__(
        self, form: Node, questions: Questions, findings: Findings, *, with_text: bool
    ) -> None:
        self._form = form
        self._questions = questions
        self._findings = findings
        self._seen: set[Code] = set()
        self._copyright = form.text("copyright", findings)
        self._url = form.text("url", findings)
        self._title = form.text("title", findings) or form.text("name", findings)
        self._with_text = with_text and bool(self._copyright)
        if with_text and not self._copyright:
            detail = "The form does not say whose its wording is (copyright): none was taken along."
            findings.warn(form.path, "no_copyright", detail)

    def write(self, name: str | None) -> Json:
        """Return the definition of the form."""
        asked = self._questions.taken
        ids = _item_ids(asked)
        uses = uses_of(asked)
        names = _names(uses)
        any_weighted = any(question.is_weighted for question in asked)
        scored = [question.is_weighted or not any_weighted for question in asked]
        codes = self._codes_of_form()
        items = list(self._items(ids, uses, names, scored))
        of_the_scale = [
            (item_id, use)
            for item_id, use, is_scored in zip(ids, uses, scored, strict=True)
            if is_scored
        ]
        return {
            "id": name or self._id(),
            "version": "1.0.0",
            "title": self._title or to_confirm("full name (abbreviation)"),
            "construct": to_confirm("depression, therapeutic-alliance, ..."),
            "perspective": None,
            "counterpart": None,
            "language": self._form.text("language", self._findings)
            or to_confirm("language of the form, such as en"),
            "licence": self._licence(),
            "submitted_as": to_confirm(
                "codes (numbers as printed; items marked reverse are reversed) or scores"
            ),
            "key_sources": {"sources": ["questionnaire"], "verification": "one-source"},
            **codes,
            "response_sets": {
                names[use.base]: write_set(use.base, with_text=self._with_text) for use in uses
            },
            "items": items,
            "scales": [_scale([item_id for item_id, _ in of_the_scale])],
            "norms": [],
            "criteria": [],
            "risks": [],
            **self._notes(),
            "sources": [self._source()],
            "examples": examples_of(of_the_scale),
        }

    def _id(self) -> str:
        """Return an id made of the form's own name, without a word of its items."""
        for member in ("name", "id", "title"):
            text = self._form.text(member, self._findings) or ""
            made = _NOT_IN_AN_ID.sub("-", text.lower()).strip("-")[:64].strip("-")
            if made:
                return made
        return "imported-form"

    def _licence(self) -> Json:
        terms = "in one sentence, as the holder puts it"
        if self._copyright:
            terms = f"what this allows: {self._copyright[:_LONGEST_QUOTE]}"
        return {
            "holder": to_confirm("who owns the wording"),
            "terms": to_confirm(terms),
            "url": None,
            "text_included": self._with_text
            and any(question.text for question in self._questions.taken),
            "permission_required": True,
        }

    def _source(self) -> Json:
        version = self._form.text("version", self._findings)
        of = f" {version}" if version else ""
        publisher = self._form.text("publisher", self._findings) or "publisher"
        citation = (
            f"{publisher}: FHIR Questionnaire {self._title or ''}{of}; and a paper with the key"
        )
        source = {"id": "questionnaire", "citation": to_confirm(citation[:_LONGEST_QUOTE])}
        if self._url and _WEB_ADDRESS.fullmatch(self._url):
            source["url"] = self._url
        return source

    def _codes_of_form(self) -> Json:
        title = self._title or "The form"
        codings = codings_of(self._form, "code", self._findings)
        codes = list(self._codes(codings, title, self._form.path))
        return {"codes": codes} if codes else {}

    def _codes(self, codings: Iterable[Code], display: str, path: Path) -> Iterator[Json]:
        """Yield the codes that a definition can have, each once; its own words are left out."""
        for system, code in codings:
            is_one = system is not None and _SYSTEM.fullmatch(system) and code
            if not is_one or (system == LOINC and not is_loinc(code)):
                detail = "A code is none of its system, or names none; it was left out."
                self._findings.warn((*path, "code"), "code_left_out", detail)
            elif (system, code) in self._seen:
                detail = "A code stands for something else of the form too; it was left out."
                self._findings.warn((*path, "code"), "code_left_out", detail)
            else:
                self._seen.add((system, code))
                yield {"system": system, "code": code, "display": display}

    def _items(
        self,
        ids: Sequence[str],
        uses: Sequence[Use],
        names: dict[Choice | Numbers, str],
        scored: Sequence[bool],
    ) -> Iterator[Json]:
        for item_id, question, use, is_scored in zip(
            ids, self._questions.taken, uses, scored, strict=True
        ):
            item: Json = {"id": item_id, "response_set": names[use.base]}
            for member, is_so, detail in (
                ("reverse", use.reverse, "The answers weigh what they do elsewhere, in reverse"),
                ("mirrored", use.mirrored, "The answers are printed the other way round"),
            ):
                if is_so:
                    item[member] = True
                    code = "reversed" if member == "reverse" else member
                    told = f"{detail}: the draft says {member}; look whether that is so."
                    self._findings.warn(question.path, code, told)
            if not is_scored:
                item["scored"] = False
            if self._with_text and question.text:
                item["text"] = question.text
            own = self._own_codes(item_id, question)
            codes = list(self._codes(own, f"item {item_id}", question.path))
            if codes:
                item["codes"] = codes
            yield item

    def _own_codes(self, item_id: str, question: Question) -> list[Code]:
        """Return the codes of a question, with its linkId where that is told nowhere else."""
        codes = [*question.codes]
        ends_in = question.link_id.rpartition("/")[2]  # as in /44250-9
        if question.link_id != item_id and (LOINC, ends_in) not in codes:
            is_uri = self._url is not None and _SYSTEM.fullmatch(self._url)
            codes.append(
                (f"{self._url if is_uri else 'urn:questionnaire'}#linkId", question.link_id)
            )
        return codes

    def _notes(self) -> Json:
        left_out = self._questions.left_out
        if not left_out:
            return {}
        named = ", ".join(left_out)[:_LONGEST_QUOTE]
        return {
            "notes": [to_confirm(f"that these belong to no score; they were left out: {named}")]
        }


def _item_ids(questions: Sequence[Question]) -> list[str]:
    """Return the linkIds where all of them can be ids, else numbers in the order of the form."""
    links = [question.link_id for question in questions]
    if all(re.fullmatch(IDENTIFIER, link, re.ASCII) for link in links):
        return links
    return [str(number) for number in range(1, len(links) + 1)]


def _names(uses: Sequence[Use]) -> dict[Choice | Numbers, str]:
    bases = list(dict.fromkeys(use.base for use in uses))
    if len(bases) == 1:
        return {bases[0]: "answers"}
    return {base: f"answers-{number}" for number, base in enumerate(bases, 1)}


def _scale(items: list[str]) -> Json:
    return {
        "id": "total",
        "title": to_confirm("which scales the form has, of which items; this is one of all"),
        "items": items,
        "aggregation": "sum",
        "metric": "sum",
        "missing": {"min_answered": len(items), "method": "none"},
        "direction": to_confirm("higher_is_better or higher_is_worse"),
    }

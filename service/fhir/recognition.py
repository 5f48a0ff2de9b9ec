"""Which instrument a response is a form of."""

from collections.abc import Iterable, Set
from itertools import combinations

from service.definitions.catalog import Catalog, Entry, UnknownInstrument, UnknownVersion
from service.fhir.canonical import LOINC, Canonical, Names
from service.fhir.codes import Code, FormCodes
from service.scoring.issue import Issue
from service.scoring.remembering import Memory
from service.sources.catalogue import NO_MAPPINGS, Mappings

MOST_NAMED = 5
_MOST_BYTES = 1_000_000
"""What is kept of sets of codes that told an instrument: the same forms come again and again."""


class NotRecognised(ValueError):
    """No one instrument can be told; `code`, `detail` and `allowed` say why and what would help."""

    def __init__(self, code: str, detail: str, allowed: list[str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.allowed = allowed

    def at(self, *path: str | int) -> Issue:
        """Return it as an issue at a place."""
        return Issue(path, self.code, self.detail, self.allowed)


class Recogniser:
    """Knows the codes of every instrument of a catalogue, and the mappings of a site."""

    def __init__(self, catalog: Catalog, names: Names, mappings: Mappings = NO_MAPPINGS) -> None:
        self.names = names
        self.mappings = mappings
        self._catalog = catalog
        self._codes: dict[str, FormCodes] = {}
        self._recognised = Memory(_MOST_BYTES)
        named_by: dict[Code, set[str]] = {}
        self._asked_by: dict[Code, set[str]] = {}
        for name in dict.fromkeys(entry.instrument.id for entry in catalog.entries()):
            codes = self.codes(catalog.get(name))
            for code in (*codes.panel, *codes.scales):
                named_by.setdefault(code, set()).add(name)
            for code in codes.items:
                self._asked_by.setdefault(code, set()).add(name)
        self._named_by = {code: names for code, names in named_by.items() if len(names) == 1}
        self._shared_by = {code: names for code, names in named_by.items() if len(names) > 1}
        """Codes of a score that several forms have (a T score of one item bank): they name none."""
        self._terms: dict[str, tuple[Code, ...]] = {
            code[1]: (code,) for code in (*self._asked_by, *named_by) if code[0] == LOINC
        }

    def codes_of_link(self, link_id: str) -> tuple[Code, ...]:
        """Return the LOINC code that a linkId ends in (`44250-9`, `/44250-9`, `/44249-1/44250-9`),
        if it is one that an instrument has.
        """
        return self._terms.get(link_id.rpartition("/")[2], ())

    def codes(self, entry: Entry) -> FormCodes:
        """Return the codes of an instrument, made once."""
        known = self._codes.get(entry.instrument.digest)
        if known is None:
            known = FormCodes(entry.instrument, self.names, entry.document.get("codes", ()))
            self._codes[entry.instrument.digest] = known
        return known

    def get(self, named: Canonical) -> Entry:
        """Return the instrument of this name. Raises NotRecognised."""
        try:
            return self._catalog.get(*named)
        except UnknownInstrument as unknown:
            detail = "There is no such instrument; the nearest ids are listed."
            nearest = list(unknown.suggestions)
            raise NotRecognised("unknown_instrument", detail, nearest) from None
        except UnknownVersion as unknown:
            detail = "The instrument has no such version."
            raise NotRecognised("unknown_version", detail, list(unknown.available)) from None

    def by_codes(self, codes: Iterable[Code]) -> Entry:
        """Return the instrument that the codes of a response's items speak of.

        The code of a form or of its score names it, unless other forms have the code as well.
        Items name a form only where every item that it needs is there, answered or not: nine items
        of ten may be another form. Where a shorter form is part of a longer one that is there as
        well, it is the longer one; where some items of the longer one are there, it is neither.
        Raises NotRecognised.
        """
        known = (self._asked_by, self._named_by, self._shared_by)
        there = frozenset(code for code in codes if any(code in index for index in known))
        found: str | None = self._recognised.recall(there)
        if found is None:
            found = self._by_known(there)
            self._recognised.keep(there, found)
        return self._catalog.get(found)

    def _by_known(self, there: frozenset[Code]) -> str:
        named = _of(self._named_by, there)
        candidates = {name: self._covered(name, there) for name in named}
        if not candidates:
            asked = _of(self._asked_by, there)
            covered = {name: self._covered(name, there) for name in asked}
            candidates = {name: found for name, found in covered.items() if found}
            if not candidates:
                raise _untold(self._perhaps(there))
        longest = [
            name
            for name, items in candidates.items()
            if all(items >= other for other in candidates.values())
        ]
        if len(longest) == 1:
            self._check_whole(set(longest) - named, there)
            return longest[0]
        raise _untold(sorted(candidates))

    def all_by_codes(self, codes: Iterable[Code]) -> list[Entry]:
        """Return the instruments that codes of one time speak of, the one with most items first.

        A form within a longer one that is there as well is left out, unless its own code or that
        of its score is there. Raises NotRecognised where there is none, where two share some of
        their items, or where some items of a longer one are there.
        """
        there = set(codes)
        named, asked = _of(self._named_by, there), _of(self._asked_by, there)
        whole = {name for name in asked if self._covered(name, there)}
        claimed = {
            name: {code for code in there if code in self._codes_of(name).items}
            for name in named | whole
        }
        kept = [
            name
            for name, items in claimed.items()
            if name in named or not any(items < other for other in claimed.values())
        ]
        if not kept:
            raise _untold(self._perhaps(there))
        kept.sort(key=lambda name: (-len(claimed[name]), name))
        _check_shared(kept, claimed)
        self._check_whole(set(kept) - named, there)
        return [self._catalog.get(name) for name in kept]

    def _check_whole(self, names: Iterable[str], there: Set[Code]) -> None:
        """Raise NotRecognised where items that an instrument does not have say that its own are
        part of a longer form, of which others are missing.
        """
        for name in sorted(names):
            mine = self._codes_of(name).items.keys() & there
            longer = {
                other
                for other in _of(self._asked_by, there - mine)
                if mine <= self._codes_of(other).items.keys()
            }
            if longer:
                raise _untold([name, *sorted(longer)])

    def _perhaps(self, there: Set[Code]) -> list[str]:
        """Return the instruments that codes may be of where they tell none."""
        return sorted(_of(self._asked_by, there) or _of(self._shared_by, there))

    def _codes_of(self, name: str) -> FormCodes:
        return self.codes(self._catalog.get(name))

    def _covered(self, name: str, there: Set[Code]) -> set[Code]:
        """Return the codes of an instrument's items that are there, none where one that it needs
        is not.
        """
        codes = self._codes_of(name)
        covered = {code for code in there if code in codes.items}
        met = {codes.items[code] for code in covered}
        return covered if met >= codes.required else set()


def _of(index: dict[Code, set[str]], codes: Set[Code]) -> set[str]:
    return {name for code in codes for name in index.get(code, ())}


def _check_shared(kept: list[str], claimed: dict[str, set[Code]]) -> None:
    """Raise NotRecognised where two forms share items and neither lies within the other."""
    for one, other in combinations(kept, 2):
        shared = claimed[one] & claimed[other]
        if shared and shared not in (claimed[one], claimed[other]):
            raise _untold([one, other])


def _untold(candidates: list[str]) -> NotRecognised:
    if len(candidates) > 1:
        detail = "The items may belong to several instruments; name one with ?instrument=."
        return NotRecognised("ambiguous_instrument", detail, candidates[:MOST_NAMED])
    detail = (
        "Nothing tells which instrument this is a form of: neither `questionnaire` nor the codes "
        "of its items; name it with ?instrument=."
    )
    return NotRecognised("instrument_not_recognised", detail, candidates or None)

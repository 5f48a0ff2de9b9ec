"""Finding what is published: one Questionnaire, a search for several, one ObservationDefinition."""

from collections.abc import Sequence
from urllib.parse import quote

from service.definitions.catalog import Catalog, Entry
from service.fhir.canonical import Names
from service.fhir.publishing.observation_definition import write_observation_definition
from service.fhir.publishing.questionnaire import write_questionnaire
from service.fhir.writing.parts import Json, urn

USUAL_COUNT = 20
MOST = 200


class Library:
    """What is published of a catalogue: of every instrument its highest version."""

    def __init__(self, catalog: Catalog, names: Names) -> None:
        self._names = names
        ids = dict.fromkeys(entry.instrument.id for entry in catalog.entries())
        self._latest = {name: catalog.get(name) for name in ids}
        self._scales = {
            f"{name}-{scale.id}": (entry, scale)
            for name, entry in self._latest.items()
            for scale in entry.instrument.scales
        }

    def questionnaire(self, name: str, *, weights: bool) -> Json | None:
        """Return the Questionnaire of an instrument, None where there is none."""
        entry = self._latest.get(name)
        if entry is None:
            return None
        return write_questionnaire(entry, self._names, weights=weights)

    def observation_definition(self, name: str) -> Json | None:
        """Return the ObservationDefinition of `{instrument}-{scale}`, None where there is none."""
        found = self._scales.get(name)
        return None if found is None else write_observation_definition(*found, self._names)

    def search(
        self, url: str | None, name: str | None, count: int = USUAL_COUNT, offset: int = 0
    ) -> Json:
        """Return the Questionnaires that fit, `count` of them from the one at `offset` on, as a
        searchset.
        """
        found = [entry for entry in self._latest.values() if self._fits(entry, url, name)]
        shown = found[offset : offset + count]
        filters = {"url": url if found else None, "_id": name if found else None}
        links = [{"relation": "self", "url": _query(filters, count, offset)}]
        if count and offset + count < len(found):
            links.append({"relation": "next", "url": _query(filters, count, offset + count)})
        bundle: Json = {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": len(found),
            "link": links,
        }
        if shown:
            bundle["entry"] = self._entries(shown)
        return bundle

    def _fits(self, entry: Entry, url: str | None, name: str | None) -> bool:
        instrument = entry.instrument
        if name is not None and name != instrument.id:
            return False
        address = self._names.questionnaire(instrument.id)
        return url is None or url in (address, f"{address}|{instrument.version}")

    def _entries(self, shown: Sequence[Entry]) -> list[Json]:
        return [
            {
                "fullUrl": urn(entry.instrument.digest, "questionnaire"),
                "resource": write_questionnaire(entry, self._names),
                "search": {"mode": "match"},
            }
            for entry in shown
        ]


def _query(filters: dict[str, str | None], count: int, offset: int) -> str:
    """Return a search as a relative address. What found nothing is not repeated."""
    parts = [f"{name}={quote(text, safe='')}" for name, text in filters.items() if text is not None]
    parts.append(f"_count={count}")
    if offset:
        parts.append(f"_offset={offset}")
    return "Questionnaire?" + "&".join(parts)

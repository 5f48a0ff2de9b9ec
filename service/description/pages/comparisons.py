"""What scores are compared with: norms, and the metric of other measures."""

from collections.abc import Iterator

from service.definitions.catalog import Entry
from service.definitions.glance import years_of
from service.description.pages.words import proof, table, whom


def norms(entry: Entry) -> Iterator[str]:
    """Yield the norm groups."""
    rows = []
    for norm in entry.document.get("norms", []):
        group = norm["population"] + (" (digital therapy)" if norm["digital"] else "")
        use = "by default" if norm["default"] else "when named"
        for scale, numbers in norm["scales"].items():
            sd = "" if numbers.get("sd") is None else f"{numbers['sd']:g}"
            mean = "" if numbers.get("mean") is None else f"{numbers['mean']:g}"
            n = "" if norm["n"] is None else str(norm["n"])
            measured = [
                f"`{scale}`",
                numbers["metric"],
                mean,
                sd,
                "yes" if numbers.get("quantiles") else "no",
            ]
            people = [group, whom(norm), n, years_of(norm)]
            rows.append([f"`{norm['id']}`", *people, *measured, use, proof(norm)])
    if rows:
        header = [
            "id",
            "population",
            "for",
            "n",
            "year",
            "scale",
            "metric",
            "mean",
            "SD",
            "quantiles",
            "used",
            "source",
        ]
        yield from ["## Norms", "", *table(header, rows), ""]


def linked(entry: Entry) -> Iterator[str]:
    """Yield estimates in the metric of other measures."""
    rows = []
    for scale in entry.document["scales"]:
        for linking in scale.get("linked", []):
            values = [row[1] for row in linking["entries"]]
            shown = f"{min(values):g} to {max(values):g}, {linking['unit']}"
            n, note = str(linking.get("n", "")), linking.get("note", "")
            found = [n, linking.get("population", ""), linking["method"], note]
            rows.append([f"`{scale['id']}`", linking["title"], shown, *found, proof(linking)])
    if rows:
        header = ["scale", "estimate", "values", "n", "linked in", "method", "note", "source"]
        yield from ["## In the metric of other measures", ""]
        yield "Estimates, beside the score and never instead of it: no scores of those measures."
        yield from ["", *table(header, rows), ""]

"""The worst requests without a body: searches, headers, the catalogue, the manual's files."""

from collections.abc import Iterator

from benchmarks.limits.calls import Call, get, post
from service.definitions.catalog import Catalog

_HEADER = 8_000
_LINE = 3_900


def headers() -> Iterator[tuple[str, Call]]:
    """Yield headers as long as the server takes them."""
    many = {
        "types": ",".join(f"a/b{k};q=0.{k % 9}" for k in range(_HEADER // 13)),
        "short types": "*/*," * (_HEADER // 4),
        "parameters": "a/b" + ";a=b" * (_HEADER // 4 - 2),
        "quoted parameters": 'a/b;a="' + "\\a" * (_HEADER // 2 - 8) + '"',
        "open quotation mark": 'a/b;a="' + "a" * (_HEADER - 8),
        "weights": "*/*;q=0." + "9" * (_HEADER - 10),
        "separators": ",;=" * (_HEADER // 3),
        "spaces": "a/b" + " " * (_HEADER - 8) + ";q=1",
    }
    for name, text in many.items():
        yield f"Accept: {name}", get("/v1/instruments", Accept=text)
        yield f"Accept of a form: {name}", post("/v1/score", {}, {"Accept": text})
        yield f"Accept-Language: {name}", get("/v1/rules", Accept_Language=text)
        yield f"Prefer: {name}", post("/fhir/QuestionnaireResponse/$score", {}, {"Prefer": text})
        yield f"If-None-Match: {name}", get("/v1/catalogue", If_None_Match=text)
        yield f"Authorization: {name}", get("/v1/instruments", Authorization=text)
    tags = ",".join("-".join("abcdefgh") + str(k) for k in range(_HEADER // 20))
    yield "Accept-Language: tags", get("/v1/rules", Accept_Language=tags)
    yield "Accept-Language: one long tag", get("/v1/rules", Accept_Language="a-" * (_HEADER // 2))
    yield "Content-Type: parameters", Call("POST", "/v1/score", b"{}", many["parameters"])
    yield "Content-Type: quoted", Call("POST", "/v1/score", b"{}", many["quoted parameters"])
    yield "Forwarded: separators", get("/fhir/metadata", X_Forwarded_For=many["separators"])


def addresses(catalog: Catalog) -> Iterator[tuple[str, Call]]:
    """Yield searches, long paths and queries, and everything that is served as it stands."""
    long_ = "a-" * (_LINE // 2)
    for path in ("/v1/instruments", "/v1/catalogue", "/fhir/Questionnaire"):
        yield f"all of {path}", get(path)
        yield f"long search of {path}", get(f"{path}?q={long_}")
        yield f"search of a letter of {path}", get(f"{path}?q=a")
        yield f"many parameters of {path}", get(f"{path}?" + "&".join(f"a{k}=" for k in range(600)))
        yield f"one parameter again of {path}", get(f"{path}?" + "q=a&" * 900)
    yield "capital sharp s", get("/v1/instruments?q=" + "%C3%9F" * (_LINE // 6))
    yield "unknown instrument", get(f"/v1/instruments/{long_}")
    yield "nearly known instrument", get(f"/v1/instruments/{'wai-s-client' * 300}")
    yield "unknown version", get("/v1/instruments/phq-9?version=" + "1." * 1900)
    yield (
        "version with a long prerelease",
        get("/v1/instruments/phq-9?version=1.0.0-" + "a." * 1900 + "é"),
    )
    yield "unknown fhir questionnaire", get(f"/fhir/Questionnaire/{long_}")
    yield "unknown mapping", post(f"/v1/sources/{long_}/score", {})
    yield "codes for missing", post("/v1/sources/surveyjs-phq-9/score?missing=" + "9," * 1900, {})
    for path in ("/v1/rules", "/v1/sources", "/openapi.yaml", "/openapi.json", "/docs", "/metrics"):
        yield f"all of {path}", get(path)
    for path in ("/fhir/metadata", "/cds-services", "/version", "/", "/console/app.js"):
        yield f"all of {path}", get(path)
    yield "docs above", get("/docs/" + "../" * 1200)
    yield "slashes", get("/" * _LINE)
    for entry in catalog.entries():
        name = entry.instrument.id
        yield f"definition {name}", get(f"/v1/instruments/{name}")
        yield f"questionnaire {name}", get(f"/fhir/Questionnaire/{name}")

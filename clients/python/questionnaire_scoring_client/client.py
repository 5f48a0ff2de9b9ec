"""One method for each operation of the service, by the name that its description gives it."""

# What is answered has the type that the description gives it.
# mypy: disable-error-code="no-any-return"

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from questionnaire_scoring_client.batches import answers
from questionnaire_scoring_client.transport import (
    FHIR,
    JSON,
    Asked,
    Problem,
    Transport,
    dumped,
    path_of,
    unexpected,
    with_query,
)

if TYPE_CHECKING:
    import ssl

    from questionnaire_scoring_client.types import (
        AlertRules,
        Alive,
        Catalogue,
        CheckResult,
        CourseReport,
        Definition,
        DryRun,
        InstrumentAttributes,
        MappingCheck,
        MonitorEnvelope,
        NamedScoreEnvelope,
        Ready,
        RuleAttributes,
        ScoreEnvelope,
        ScoreReport,
        ShortCatalogue,
        SourceEnvelope,
        SourceReport,
        Sources,
        Version,
    )

Json = dict[str, Any]
Resource = Mapping[str, Any]
Rater = Literal["client", "therapist", "observer"]
Theme = Literal["auto", "light", "dark"]
Told = Literal["fired", "all", "none"]

_CSV = "text/csv"
_SVG = "image/svg+xml"


class Client:
    """A service at an address, such as `https://scoring.example.org`.

    Give an API `key`, or a `token`: a function that returns a signed token, asked before each
    request, which keeps the token as long as it is good. `timeout` is in seconds, for each wait.
    Requests that have no further effect, all but `report_feedback`, are sent again up to `retries`
    times after a lost connection or a 503 that says when to come back. `tls` is for certificates
    of a site's own. `language` is that of alerts and flags, as `de` or `de-AT, en;q=0.5`.

    Methods raise `Problem` for what the service does not answer, and OSError where it is not
    reached.
    """

    def __init__(
        self,
        address: str,
        *,
        key: str | None = None,
        token: Callable[[], str] | None = None,
        timeout: float = 30.0,
        retries: int = 2,
        tls: "ssl.SSLContext | None" = None,
        language: str | None = None,
    ) -> None:
        self._transport = Transport(
            address,
            key=key,
            token=token,
            timeout=timeout,
            retries=retries,
            tls=tls,
            language=language,
        )

    def __enter__(self) -> "Client":
        """Return the client."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Close the connection of this thread; the next call opens another."""
        self._transport.close()

    # One form

    def score_form(
        self, instrument: str, form: "ScoreEnvelope", *, working: bool = False
    ) -> "ScoreReport":
        """Return the report of a form of one instrument."""
        path = path_of("v1", "instruments", instrument, "score")
        return self._post(with_query(path, {"working": working}), form)

    def score_named_form(
        self, form: "NamedScoreEnvelope", *, working: bool = False
    ) -> "ScoreReport":
        """Return the report of a form that names its instrument or brings a definition along."""
        return self._post(with_query("/v1/score", {"working": working}), form)

    def draw_form(
        self, instrument: str, form: "ScoreEnvelope", *, theme: Theme | None = None
    ) -> str:
        """Return the score card of a form of one instrument, as SVG."""
        path = path_of("v1", "instruments", instrument, "score")
        return self._text("POST", with_query(path, {"theme": theme}), _SVG, dumped(form))

    def draw_named_form(self, form: "NamedScoreEnvelope", *, theme: Theme | None = None) -> str:
        """Return the score card of a form that names its instrument, as SVG."""
        return self._text("POST", with_query("/v1/score", {"theme": theme}), _SVG, dumped(form))

    # A course of treatment

    def monitor_course(
        self,
        course: "MonitorEnvelope",
        *,
        rules: Told | None = None,
        sessions: Literal["latest"] | None = None,
    ) -> "CourseReport":
        """Return what the rules say of a course."""
        query = {"rules": rules, "sessions": sessions}
        return self._post(with_query("/v1/monitor", query), course)

    def draw_course(
        self,
        course: "MonitorEnvelope",
        *,
        drawing: Literal["course", "items"] | None = None,
        scale: Literal["raw", "percentile", "sd"] | None = None,
        theme: Theme | None = None,
    ) -> str:
        """Return the chart of a course, or its answers item by item, as SVG."""
        query = {"drawing": drawing, "scale": scale, "theme": theme}
        return self._text("POST", with_query("/v1/monitor", query), _SVG, dumped(course))

    def list_rules(self) -> "AlertRules":
        """Return the alert rules with their simulated error rates."""
        return self._get("/v1/rules")

    def get_rule_attributes(self, rule: str) -> "RuleAttributes":
        """Return where an alert rule comes from, what it is for and how often it is wrong."""
        return self._get(path_of("v1", "rules", rule, "source-attributes"))

    # Many forms, many courses

    def score_batch(
        self,
        forms: "Iterable[NamedScoreEnvelope]",
        *,
        instrument: str | None = None,
        version: str | None = None,
    ) -> "Iterator[ScoreReport | Problem]":
        """Yield for each form, in their order, its report or its Problem.

        Forms without `instrument` are of the one that is named here. They are taken and sent as
        the answers are taken, so there may be any number. Raises ConnectionError where an answer
        was cut.
        """
        query = {"instrument": instrument, "version": version}
        return answers(self._transport, with_query("/v1/batch", query), forms)

    def score_payloads(
        self,
        mapping: str,
        payloads: Iterable[Resource],
        *,
        strict: bool = False,
        allow_partial: bool = False,
        missing: str | None = None,
    ) -> "Iterator[SourceReport | Problem]":
        """Yield for each payload of a survey tool, read by a mapping, its report or its Problem."""
        query = {"mapping": mapping, "missing": missing, **_flags(strict, allow_partial)}
        return answers(self._transport, with_query("/v1/batch", query), payloads)

    def score_table(
        self,
        table: str,
        *,
        instrument: str | None = None,
        version: str | None = None,
        mapping: str | None = None,
        strict: bool | None = None,
        allow_partial: bool | None = None,
        missing: str | None = None,
    ) -> str:
        """Return the CSV of scores for the CSV of one instrument, or of one mapping."""
        query = {
            "instrument": instrument,
            "version": version,
            "mapping": mapping,
            "strict": strict,
            "allow_partial": allow_partial,
            "missing": missing,
        }
        path = with_query("/v1/batch", query)
        return self._text("POST", path, _CSV, table.encode(), sent_as=_CSV)

    def monitor_batch(
        self,
        courses: "Iterable[MonitorEnvelope]",
        *,
        rules: Told | None = None,
        sessions: Literal["latest"] | None = None,
    ) -> "Iterator[CourseReport | Problem]":
        """Yield for each course, in their order, its report or its Problem."""
        query = {"rules": rules, "sessions": sessions}
        return answers(self._transport, with_query("/v1/batch/monitor", query), courses)

    # Payloads of survey tools

    def list_sources(self) -> "Sources":
        """Return the mappings."""
        return self._get("/v1/sources")

    def score_source(
        self,
        mapping: str,
        payload: Resource | bytes,
        *,
        working: bool = False,
        strict: bool = False,
        allow_partial: bool = False,
        missing: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> "SourceReport":
        """Return the report of a tool's payload.

        Give one that is signed as the bytes that came, with the headers that carry the signature.
        """
        query = {"working": working, "missing": missing, **_flags(strict, allow_partial)}
        path = path_of("v1", "sources", mapping, "score")
        return self._post(with_query(path, query), payload, headers=headers)

    def try_source(
        self,
        mapping: str,
        payload: Resource | bytes,
        *,
        strict: bool = False,
        allow_partial: bool = False,
        missing: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> "DryRun":
        """Return what a mapping makes of a payload, key by key; nothing is scored."""
        query = {"dry_run": True, "missing": missing, **_flags(strict, allow_partial)}
        path = path_of("v1", "sources", mapping, "score")
        return self._post(with_query(path, query), payload, headers=headers)

    def score_source_inline(
        self,
        sent: "SourceEnvelope",
        *,
        working: bool = False,
        strict: bool = False,
        allow_partial: bool = False,
        missing: str | None = None,
    ) -> "SourceReport":
        """Return the report of a payload whose mapping comes along."""
        query = {"working": working, "missing": missing, **_flags(strict, allow_partial)}
        return self._post(with_query("/v1/sources/score", query), sent)

    def try_source_inline(
        self,
        sent: "SourceEnvelope",
        *,
        strict: bool = False,
        allow_partial: bool = False,
        missing: str | None = None,
    ) -> "DryRun":
        """Return what the mapping that comes along makes of a payload; nothing is scored."""
        query = {"dry_run": True, "missing": missing, **_flags(strict, allow_partial)}
        return self._post(with_query("/v1/sources/score", query), sent)

    def check_mapping(self, mapping: Resource) -> "MappingCheck":
        """Return the faults of a mapping."""
        return self._post("/v1/mappings/check", mapping)

    # Instruments

    def list_instruments(
        self,
        *,
        construct: str | None = None,
        perspective: Rater | None = None,
        q: str | None = None,
    ) -> "Catalogue":
        """Return the instruments that match."""
        query = {"construct": construct, "perspective": perspective, "q": q}
        return self._get(with_query("/v1/instruments", query))

    def list_in_short(
        self,
        *,
        construct: str | None = None,
        perspective: Rater | None = None,
        q: str | None = None,
    ) -> "ShortCatalogue":
        """Return the instruments that match, with no more than one needs to choose."""
        query = {"construct": construct, "perspective": perspective, "q": q}
        return self._get(with_query("/v1/catalogue", query))

    def get_instrument(self, instrument: str, *, version: str | None = None) -> "Definition":
        """Return the definition of an instrument; of its highest version where none is named."""
        path = path_of("v1", "instruments", instrument)
        return self._get(with_query(path, {"version": version}))

    def get_instrument_attributes(
        self, instrument: str, *, version: str | None = None
    ) -> "InstrumentAttributes":
        """Return where an instrument comes from, what it is for and what it cannot say."""
        path = path_of("v1", "instruments", instrument, "source-attributes")
        return self._get(with_query(path, {"version": version}))

    def check_definition(self, definition: Resource) -> "CheckResult":
        """Return the faults of a definition."""
        return self._post("/v1/definitions/check", definition)

    # FHIR

    def score_responses(
        self,
        resource: Resource,
        *,
        instrument: str | None = None,
        allow_partial: bool = False,
        items: bool = False,
        perspective: Rater | None = None,
        prefer: str | None = None,
    ) -> Json:
        """Return the Bundle of scores of a QuestionnaireResponse, Bundle or Parameters."""
        asked = (instrument, allow_partial, items, perspective, prefer)
        return self._responses("$score", resource, *asked)

    def extract_responses(
        self,
        resource: Resource,
        *,
        instrument: str | None = None,
        allow_partial: bool = False,
        items: bool = False,
        perspective: Rater | None = None,
        prefer: str | None = None,
    ) -> Json:
        """Return the same as `score_responses`, by the name that SDC has for it."""
        asked = (instrument, allow_partial, items, perspective, prefer)
        return self._responses("$extract", resource, *asked)

    def search_questionnaires(
        self,
        *,
        url: str | None = None,
        id: str | None = None,
        count: int | None = None,
        offset: int | None = None,
    ) -> Json:
        """Return a Bundle of the instruments as Questionnaires."""
        query = {"url": url, "_id": id, "_count": count, "_offset": offset}
        return self._get(with_query("/fhir/Questionnaire", query), FHIR)

    def get_questionnaire(self, instrument: str, *, weights: bool = True) -> Json:
        """Return an instrument as a Questionnaire; without weights for respondents."""
        path = path_of("fhir", "Questionnaire", instrument)
        return self._get(with_query(path, {"weights": weights}), FHIR)

    def get_observation_definition(self, score: str) -> Json:
        """Return what a score, `phq-9-total` say, looks like."""
        return self._get(path_of("fhir", "ObservationDefinition", score), FHIR)

    def get_operation(self, operation: str) -> Json:
        """Return the definition of an operation of the FHIR face."""
        return self._get(path_of("fhir", "OperationDefinition", operation), FHIR)

    def get_capabilities(self) -> Json:
        """Return the CapabilityStatement."""
        return self._get("/fhir/metadata", FHIR)

    # CDS Hooks

    def discover_services(self) -> Json:
        """Return the services for hooks."""
        return self._get("/cds-services")

    def call_hook(self, call: Resource) -> Json:
        """Return the cards for a hook."""
        return self._post("/cds-services/alliance-monitor", call)

    def report_feedback(self, feedback: Resource) -> Json:
        """Report what became of cards. It is counted, and so never sent again by itself."""
        path = "/cds-services/alliance-monitor/feedback"
        return self._post(path, feedback, repeatable=False)

    # The service itself

    def get_liveness(self) -> "Alive":
        """Return whether the process is up."""
        return self._get("/livez")

    def get_readiness(self) -> "Ready":
        """Return whether the process should get requests, which is asked once."""
        return self._json(Asked("GET", "/readyz", {"Accept": JSON}, repeatable=False), JSON)

    def get_version(self) -> "Version":
        """Return what is running."""
        return self._get("/version")

    def get_metrics(self) -> str:
        """Return the metrics, in the text format of Prometheus."""
        return self._text("GET", "/metrics", "text/plain")

    def get_openapi_yaml(self) -> str:
        """Return the description of the service."""
        return self._text("GET", "/openapi.yaml", "application/yaml")

    def get_openapi_json(self) -> Json:
        """Return the description of the service, read."""
        return self._get("/openapi.json")

    def get_docs(self) -> str:
        """Return the first page of the manual."""
        return self._text("GET", "/docs", "text/html")

    def get_problem(self, code: str) -> str:
        """Return the page of a problem code: what it means, who acts and how to mend it."""
        return self._text("GET", path_of("problems", code), "text/html")

    def _responses(
        self,
        operation: str,
        resource: Resource,
        instrument: str | None,
        allow_partial: bool,
        items: bool,
        perspective: Rater | None,
        prefer: str | None,
    ) -> Json:
        query = {
            "instrument": instrument,
            "allow-partial": allow_partial,
            "items": items,
            "perspective": perspective,
        }
        path = path_of("fhir", "QuestionnaireResponse", operation)
        headers = None if prefer is None else {"Prefer": prefer}
        return self._post(with_query(path, query), resource, FHIR, headers=headers)

    def _get(self, target: str, media_type: str = JSON) -> Any:
        return self._json(Asked("GET", target, {"Accept": media_type}), media_type)

    def _post(
        self,
        target: str,
        body: Mapping[str, Any] | bytes,
        media_type: str = JSON,
        *,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> Any:
        sent = body if isinstance(body, bytes) else dumped(body)
        named = {"Content-Type": media_type, "Accept": media_type, **(headers or {})}
        return self._json(Asked("POST", target, named, sent, repeatable), media_type)

    def _json(self, asked: Asked, media_type: str) -> Any:
        answered = self._expect(asked, media_type)
        try:
            return json.loads(answered)
        except ValueError:
            raise unexpected(200) from None

    def _text(
        self,
        method: str,
        target: str,
        media_type: str,
        body: bytes | None = None,
        *,
        sent_as: str = JSON,
    ) -> str:
        headers = {"Accept": media_type} | ({} if body is None else {"Content-Type": sent_as})
        return self._expect(Asked(method, target, headers, body), media_type).decode()

    def _expect(self, asked: Asked, media_type: str) -> bytes:
        came_as, body = self._transport.read(asked)
        if came_as != media_type:
            raise unexpected(200)
        return body


def _flags(strict: bool, allow_partial: bool) -> Mapping[str, object]:
    return {"strict": strict, "allow_partial": allow_partial}

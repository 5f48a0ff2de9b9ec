"""How the courses of hooks are judged: a file of the site, with the options of a course."""

from collections.abc import Iterator
from pathlib import Path

from service.alliance.policy import Policy
from service.alliance.reading import read_errors
from service.api.asked import load_envelope
from service.api.envelopes import MonitorOptions
from service.api.monitor import MOST_SUGGESTED, Finder, policy_of
from service.api.problems import Problem
from service.definitions.catalog import Catalog
from service.fhir.course import Watch
from service.scoring.issue import InvalidSubmission, Issue
from service.settings import SettingsError
from service.strict.reader import MAX_DEPTH, StrictReader, UnreadableJSON

VARIABLE = "CDS_MONITOR_OPTIONS"


def read_options(path: Path | None, catalog: Catalog) -> Watch:
    """Return how courses are judged: as the file says, which has the members of `options` of a
    course, or by the defaults where there is none. Raises SettingsError with every fault.
    """
    if path is None:
        return Watch()
    try:
        document = StrictReader(MAX_DEPTH).loads(path.read_bytes())
    except OSError:
        raise SettingsError([f"{VARIABLE} is a file that cannot be read"]) from None
    except UnreadableJSON as unreadable:
        raise SettingsError([f"{VARIABLE}: {unreadable.sentence}"]) from None
    if not isinstance(document, dict):
        raise SettingsError([f"{VARIABLE}: The file must hold one JSON object."])
    faults: list[Issue] = []
    policy, errors = Policy(), {}
    try:
        policy = policy_of(load_envelope(MonitorOptions(), document))
    except Problem as problem:
        faults += problem.errors
    parameters = document.get("parameters")
    if isinstance(parameters, dict):
        try:
            errors = read_errors(parameters, Finder(catalog, MOST_SUGGESTED))
        except InvalidSubmission as invalid:
            faults += [Issue(one.path[1:], one.code, one.detail) for one in invalid.issues]
    if faults:
        raise SettingsError(list(_sentences(faults)))
    return Watch(errors=errors, policy=policy)


def _sentences(faults: list[Issue]) -> Iterator[str]:
    for one in faults:
        yield f"{VARIABLE}: {one.pointer or 'the file'}: {one.detail}"

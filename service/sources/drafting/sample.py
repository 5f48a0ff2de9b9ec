"""What a sample tells: its keys, what answers came or may come, and how it is laid out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Json = Mapping[str, Any]


class Choice(NamedTuple):
    """One answer that a question offers: its code, and its label where it has one."""

    code: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One key of a sample.

    `choices` are what the design of the form offers, empty where the sample is a response;
    `answers` are those that came, which are evidence and never told. `codes` are LOINC codes.
    `has_boxes`: each choice is ticked by itself, in a column of its own.
    """

    key: str
    choices: tuple[Choice, ...] = ()
    answers: tuple[object, ...] = ()
    codes: tuple[str, ...] = ()
    has_boxes: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample, with the members of the mapping that follow from its layout alone.

    `counts_places`: its numbers are places in a list, from 0, and so are its keys. `is_known`: it
    is laid out as a tool is known to do; else what look like keys may be answers. `forms`: parts of
    `meta` that hold where all keys of the items are of one form, by key.
    """

    tool: str
    questions: Sequence[Question]
    layout: Json = field(default_factory=dict)
    counts_places: bool = False
    is_known: bool = True
    remarks: Sequence[str] = ()
    forms: Mapping[str, Json] = field(default_factory=dict)


class NoSample(Exception):
    """A file that is no sample: the sentence says why."""

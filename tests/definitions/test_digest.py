"""The digest names exactly one definition."""

import hashlib

from service.definitions.build.digest import digest_of
from tests.builders import make_definition
from tests.definitions.edits import edited


def reordered(value):
    if isinstance(value, dict):
        return {name: reordered(value[name]) for name in reversed(value)}
    return [reordered(element) for element in value] if isinstance(value, list) else value


def test_it_is_the_sha256_of_sorted_compact_utf8():
    written = '{"a":[1,0.5,null],"b":{"c":"é"}}'.encode()
    assert (
        digest_of({"b": {"c": "é"}, "a": [1, 0.5, None]})
        == "sha256:" + hashlib.sha256(written).hexdigest()
    )


def test_the_order_of_members_does_not_matter():
    definition = make_definition()
    assert list(reordered(definition)) != list(definition)
    assert digest_of(reordered(definition)) == digest_of(definition)


def test_every_other_change_matters():
    definition = make_definition()
    changes = [
        {"/title": "Other"},
        {"/scales/0/cutoffs/0/value": 6},
        {"/response_sets/often/labels": ["never", "often", "seldom", "always"]},
        {"/notes": []},
    ]
    digests = {digest_of(edited(definition, edits)) for edits in [{}, *changes]}
    assert len(digests) == 5

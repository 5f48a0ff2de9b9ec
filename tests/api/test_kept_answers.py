"""Answers that are made once: compressed for those who take that, and named apart."""

import gzip

import pytest
from flask.testing import FlaskClient

KEPT = ["/", "/console/app.js", "/console/texts/de.json", "/v1/instruments", "/v1/catalogue"]


@pytest.mark.parametrize("path", KEPT)
def test_a_caller_who_takes_gzip_gets_the_same_in_fewer_bytes(
    client: FlaskClient, path: str
) -> None:
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "br, gzip;q=0.5"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert plain.content_type == packed.content_type


@pytest.mark.parametrize("encodings", ["", "identity", "br", "gzip;q=0", "*;q=0", "gzip;q=x, ;;"])
def test_a_caller_who_does_not_take_gzip_gets_plain_text(
    client: FlaskClient, encodings: str
) -> None:
    response = client.get("/v1/catalogue", headers={"Accept-Encoding": encodings})
    assert (response.status_code, response.headers.get("Content-Encoding")) == (200, None)
    assert response.json["instruments"]


def test_each_of_the_two_has_a_name_of_its_own_to_ask_by(client: FlaskClient) -> None:
    takes_gzip = {"Accept-Encoding": "gzip"}
    plain = client.get("/v1/catalogue").headers["ETag"]
    packed = client.get("/v1/catalogue", headers=takes_gzip).headers["ETag"]
    for own, other, headers in ((plain, packed, {}), (packed, plain, takes_gzip)):
        same = client.get("/v1/catalogue", headers=headers | {"If-None-Match": own})
        assert (same.status_code, same.data) == (304, b"")
        assert same.headers["Vary"] == "Accept-Encoding"
        assert "Content-Encoding" not in same.headers
        changed = client.get("/v1/catalogue", headers=headers | {"If-None-Match": other})
        assert changed.status_code == 200


def test_nothing_that_a_caller_had_a_part_in_is_compressed(client: FlaskClient) -> None:
    takes_gzip = {"Accept-Encoding": "gzip"}
    searched = client.get("/v1/catalogue?q=phq", headers=takes_gzip)
    scored = client.post(
        "/v1/instruments/phq-9/score", json={"answers": [1] * 9}, headers=takes_gzip
    )
    for response in (searched, scored):
        assert response.status_code == 200
        assert "Content-Encoding" not in response.headers


def test_the_short_list_has_the_same_forms_in_a_quarter_of_the_bytes(client: FlaskClient) -> None:
    whole, short = client.get("/v1/instruments"), client.get("/v1/catalogue")
    for long, told in zip(whole.json["instruments"], short.json["instruments"], strict=True):
        shared = told.keys() & long.keys()
        assert {name: told[name] for name in shared} == {name: long[name] for name in shared}
        assert told["text_included"] == long["licence"]["text_included"]
        assert told["permission_required"] == long["licence"]["permission_required"]
        defaults = [norm for norm in long["norms"] if norm["default"]]
        assert (told["n_norms"], told["n_default_norms"]) == (len(long["norms"]), len(defaults))
    assert len(short.data) * 4 <= len(whole.data)

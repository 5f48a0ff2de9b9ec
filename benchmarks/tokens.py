"""What signed tokens cost: one that is used again beside an API key over HTTP, and what verifying
one costs the first time.

Run `python -m benchmarks.tokens`. Needs wrk.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from benchmarks.http import SCORE_PATH, form_bodies
from benchmarks.load import (
    CONNECTIONS,
    Choice,
    figures_of,
    load_fresh_servers,
    need_wrk,
    print_loads,
    written_bodies,
)
from benchmarks.measuring import cpu_in_turns, over_all, paired_ratio, print_goal, print_table
from service.access.credential import Credential
from service.access.keys import KeyFile, line_of, new_key
from service.access.tokens.issued import IssuedTokens

ISSUER, AUDIENCE = "https://auth.example.org", "https://scores.example.org"
LIFETIME = 86_400
TOKENS = 200
GOAL_THROUGHPUT = 0.90
KEYS = {
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "RS384": rsa.generate_private_key(65537, 2048),
}

_ids = count()


def signed(algorithm: str) -> str:
    """Return an access token as an authorization server issues it."""
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + LIFETIME}
    claims |= {"jti": str(next(_ids)), "sub": "ehr-north", "scope": "system/*.rs"}
    return jwt.encode(claims, KEYS[algorithm], algorithm, headers={"kid": algorithm})


def write_issuers(folder: Path) -> Path:
    """Write a file of one issuer and its keys; return its path."""
    keys = [
        {**maker.to_jwk(KEYS[name].public_key(), as_dict=True), "kid": name}
        for name, maker in (("ES384", ECAlgorithm), ("RS384", RSAAlgorithm))
    ]
    (folder / "jwks.json").write_text(json.dumps({"keys": keys}))
    record: dict[str, Any] = {"name": "auth", "kind": "access", "issuer": ISSUER}
    record |= {"audience": AUDIENCE, "jwks": "jwks.json", "scopes": ["score"]}
    path = folder / "issuers.json"
    path.write_text(json.dumps({"issuers": [{**record, "lifetime": LIFETIME}]}))
    return path


def compare_over_http(folder: Path, rounds: int, seconds: int) -> None:
    """Print the figures of a key and of a token that is used again, and their ratio."""
    key = new_key()
    (folder / "keys").write_text(line_of("ehr", key, ["score"]))
    by_key = {"AUTH_MODE": "api_key", "API_KEYS_FILE": str(folder / "keys")}
    by_token = {"AUTH_MODE": "jwt", "JWT_ISSUERS_FILE": str(write_issuers(folder))}
    with written_bodies(form_bodies()) as bodies:
        choices = {
            "API key": Choice(SCORE_PATH, bodies, (), by_key, key),
            "token": Choice(SCORE_PATH, bodies, (), by_token, signed("ES384")),
        }
        loaded = load_fresh_servers(choices, rounds, seconds)
    print_loads(
        f"{CONNECTIONS} connections, shipped settings, {rounds} turns of {seconds} s", loaded
    )
    token, api_key = loaded["token"], loaded["API key"]
    cpu = paired_ratio(figures_of(token, "cpu"), figures_of(api_key, "cpu"))
    print(f"\ntoken / API key, worker CPU per request: {cpu:.2f}")
    ratio = paired_ratio(figures_of(token, "rate"), figures_of(api_key, "rate"))
    print_goal("token / API key, requests per second", ratio, GOAL_THROUGHPUT, at_least=True)


def measure_verifying(folder: Path, rounds: int) -> None:
    """Print what it takes to tell whose a key is, a token the first time, and one again."""
    tokens, key = IssuedTokens(write_issuers(folder)), new_key()
    (folder / "keys").write_text(line_of("ehr", key, ["score"]))
    keys = KeyFile(folder / "keys")
    known = Credential(signed("ES384"), True, SCORE_PATH)
    tasks = {
        "API key": over_all([key] * TOKENS, keys.identify),
        "token used again": over_all([known] * TOKENS, tokens.identify),
    }
    for algorithm in KEYS:
        tasks[f"{algorithm}, the first time"] = _first_times(tokens, algorithm, rounds + 1)
    figures = cpu_in_turns(tasks, rounds)
    rows = [[name, median(of_task), min(of_task)] for name, of_task in figures.items()]
    print_table("Whose a credential is: CPU us", ["credential", "median", "least"], rows)


def _first_times(tokens: IssuedTokens, algorithm: str, rounds: int) -> Callable[[], int]:
    """Return a task that, in each round, verifies tokens that nobody has seen yet."""
    rows = [[signed(algorithm) for _ in range(TOKENS)] for _ in range(rounds)]
    unseen = iter([[Credential(text, True, SCORE_PATH) for text in row] for row in rows])
    return lambda: over_all(next(unseen), tokens.identify)()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="turns of each server")
    parser.add_argument("--seconds", type=int, default=4, help="length of a turn")
    arguments = parser.parse_args()
    need_wrk()
    with tempfile.TemporaryDirectory() as folder:
        measure_verifying(Path(folder), arguments.rounds)
        compare_over_http(Path(folder), arguments.rounds, arguments.seconds)


if __name__ == "__main__":
    main()

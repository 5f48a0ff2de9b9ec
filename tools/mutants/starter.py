"""Start tests again and again without importing each time what they and the service rest on.

It is run as a program in a copy of the tree. Each line that comes is a JSON object
with `tests` and the `seconds` of processor time that they may take, null without a limit; each line
that goes holds their exit code, below 0 when stopped, and the seconds of processor time they took.
The tests run in a process that is forked for them, which imports the service as it stands then.
"""

import importlib
import json
import os
import resource
import sys

import pytest

HEAVY = ("flask.testing", "hypothesis.strategies", "jsonschema", "marshmallow", "prometheus_client")
"""What takes longest to import. Nothing of the project: that has an error in it."""

PYTEST = (
    *("-x", "-q", "-p", "no:cacheprovider"),
    *("-p", "pytest_timeout", "-p", "_hypothesis_pytestplugin", "--hypothesis-seed=0"),
    "--hypothesis-profile=first-failure",
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # of plugins that are imported already
)


def main() -> None:
    """Run what each line asks for, until there are no more lines."""
    sys.path[0] = os.getcwd()  # the copy's modules, not those beside this program
    for name in HEAVY:
        importlib.import_module(name)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nothing, stream.fileno())
    for line in sys.stdin:
        asked = json.loads(line)
        process = os.fork()
        if process == 0:
            if asked["seconds"] is not None:
                resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"],) * 2)
            os._exit(pytest.main([*PYTEST, *asked["tests"]]))
        _, status, used = os.wait4(process, 0)
        code = os.waitstatus_to_exitcode(status)
        print(json.dumps([code, used.ru_utime + used.ru_stime]), file=answers, flush=True)


if __name__ == "__main__":
    main()

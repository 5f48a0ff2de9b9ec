"""Looking for garbage seldom, in a process of its own: the setting would stay with the other
tests.
"""

import subprocess
import sys

from service.settings import REPOSITORY

TOLD = """
import gc, runpy
from types import SimpleNamespace
conf = runpy.run_path("gunicorn.conf.py")
before, frozen = gc.get_freeze_count(), []
readiness = SimpleNamespace(problem=lambda: frozen.append(gc.get_freeze_count()))
app = SimpleNamespace(callable=SimpleNamespace(readiness=readiness))
conf["when_ready"](SimpleNamespace(LISTENERS=[], log=None, app=app))
print(before, frozen, gc.get_freeze_count() > 10_000, gc.get_threshold()[0] > 5_000, gc.isenabled())
"""


def test_workers_inherit_a_passed_self_test_frozen_memory_and_a_collector_that_runs_seldom():
    told = subprocess.run(
        [sys.executable, "-c", TOLD], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["0", "[0]", "True", "True", "True"]

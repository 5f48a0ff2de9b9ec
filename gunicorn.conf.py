"""How gunicorn serves the application: `gunicorn` alone, in this directory, reads this file."""

import os
import signal
import sys
from collections import Counter
from dataclasses import replace

from service.operations.garbage import settle_collector
from service.operations.log_writer import keep_standard_streams
from service.operations.metrics_archive import (
    Archive,
    MetricsDirectoryError,
    memory_backed_directory,
)
from service.operations.processes import Place
from service.operations.server_log import ServerLog
from service.operations.worker import CollectingWorker
from service.settings import SettingsError, settings_of_this_process

keep_standard_streams()  # before any file is opened that stays open

try:
    # This file is read again on reload, when workers are using the directory.
    _settings = settings_of_this_process()
    _archive = Archive.of_this_process(os.environ, _settings.workers)
except (SettingsError, MetricsDirectoryError) as _refused:
    sys.exit(str(_refused))

CollectingWorker.request_timeout = _settings.request_timeout
CollectingWorker.body_limit = _settings.max_body_bytes
CollectingWorker.batch_limit = _settings.max_batch_bytes
CollectingWorker.batches_limit = _settings.batch_memory_bytes

wsgi_app = "service.app:application()"
bind = _settings.bind
proc_name = "questionnaire-scoring"

worker_class = CollectingWorker
workers = _settings.workers
threads = _settings.threads
keepalive = _settings.keepalive
timeout = 30
graceful_timeout = _settings.graceful_timeout
max_requests = 0  # recycling workers would only hide faults
preload_app = True  # one load for all workers, and a faulty definition stops the start
worker_tmp_dir = memory_backed_directory()  # heartbeats must not wait for a disk
control_socket_disable = True  # it would be written under $HOME, which a read-only container lacks

limit_request_line = 4094
limit_request_fields = 100
limit_request_field_size = 8190
# No header is taken for part of the server's environment, whoever sends it: names with underscores
# would be read as others are, and a path prefix or a scheme is not for a caller to set.
header_map = "drop"
forwarder_headers = ""
secure_scheme_headers = {}

accesslog = None  # the application writes one line per request
errorlog = "-"
loglevel = _settings.log_level
logger_class = ServerLog


def when_ready(server):
    """Stop where a listening socket must not be, whoever gave it; prepare memory for the workers
    that are forked from here.
    """
    for listener in server.LISTENERS:
        _hold_to_the_rules_of_host(listener.getsockname(), server.log)
    _prove(server.app.callable)
    settle_collector()


def _prove(application):
    """Let an application test itself, once for all its workers, which then share what that made."""
    readiness = getattr(application, "readiness", None)
    if readiness is not None:
        readiness.problem()


def _hold_to_the_rules_of_host(name, log):
    if isinstance(name, tuple):  # otherwise a socket of this machine
        listening = replace(_settings, host=name[0])
        if faults := listening.conflicts():
            sys.exit(str(SettingsError(faults)))
        if not listening.is_loopback and _settings.auth_mode == "none":
            log.warning("Anyone who can connect is answered: AUTH_MODE is none")


def on_reload(server):
    """Load the definitions anew, before the workers are that serve them; where they have faults the
    new workers serve those that were in force.
    """
    load_anew = getattr(server.app.callable, "load_anew", None)
    if load_anew is not None:
        server.app.callable = load_anew()
        del load_anew  # and with it what is in force no more
        _prove(server.app.callable)
        settle_collector()


def pre_fork(server, worker):
    """Choose the place of a new worker, and the core with the fewest workers."""
    others = server.WORKERS.values()
    worker.place = Place(_archive.directory, [other.place for other in others])
    if _settings.pin_workers and hasattr(os, "sched_getaffinity"):
        taken = Counter(getattr(other, "core", None) for other in others)
        worker.core = min(sorted(os.sched_getaffinity(0)), key=lambda core: taken[core])


def post_fork(server, worker):
    """Reserve the worker's metrics, and keep it on its core: its threads then pass the interpreter
    lock without a fight.
    """
    try:
        _archive.worker_started()
        worker.place.take()
    except MetricsDirectoryError as refused:
        server.log.error(str(refused))
        sys.exit(4)  # the server's own code for an application that cannot be started: it stops
    core = getattr(worker, "core", None)
    if core is not None:
        os.sched_setaffinity(0, {core})


def post_worker_init(worker):
    """Tell the application that its worker starts, and later that it is about to stop."""
    application = worker.wsgi
    on_worker_start = getattr(application, "on_worker_start", None)
    if on_worker_start is not None:
        on_worker_start()
    on_drain = getattr(application, "on_drain", None)
    if on_drain is not None:
        finish_gracefully = signal.getsignal(signal.SIGTERM)

        def drain(number, frame):
            worker.place.leave()
            on_drain()
            finish_gracefully(number, frame)

        signal.signal(signal.SIGTERM, drain)
        signal.siginterrupt(signal.SIGTERM, False)


def child_exit(server, worker):
    """Keep the totals of a worker that has ended, and count one that was not told to."""
    if not worker.place.vacate():
        server.app.wsgi().metrics.count_lost_worker()
    for damaged in _archive.worker_ended(worker.pid):
        server.log.error(
            "The metrics file of worker %s was damaged; its totals are lost: %s",
            worker.pid,
            damaged,
        )

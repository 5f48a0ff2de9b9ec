"""Every scenario, in the order of the page. A further one is a line here: a function that returns
rows, or a `command`.
"""

from benchmarks.stress import callers, engine, fuzzing, interruptions, steady
from benchmarks.stress.commands import of_tests
from benchmarks.stress.scenario import Scenario

SURVIVAL = "tests/test_survival.py::test_"

SCENARIOS = (
    Scenario(
        "soak",
        "A steady load",
        "100 requests a second for the whole duration. Latency counts from the moment a request "
        "was due; memory, files and counters are compared with those after the first tenth.",
        steady.soak,
    ),
    Scenario(
        "load",
        "As fast as it goes",
        "Eight callers that wait for nothing but their answers, on the same cores as the service: "
        "throughput and latency are those of both together, CPU time is that of the workers alone. "
        "`DURATION=1200` sends a million requests and more.",
        steady.full_speed,
    ),
    Scenario(
        "start",
        "Start",
        "gunicorn is started with every shipped definition until `/readyz` says so.",
        steady.start,
    ),
    Scenario(
        "kill",
        "All workers killed",
        "SIGKILL to every worker at once, under load. Whoever is being answered at that moment "
        "gets no answer; the connection ends.",
        interruptions.kill,
    ),
    Scenario(
        "drain",
        "Stopped while it works",
        "SIGTERM without notice, with eight callers and long batches under way.",
        interruptions.drain,
    ),
    Scenario(
        "rolling",
        "Rolling restart",
        "Two instances behind a balancer are replaced one after the other: taken out of the "
        "balancing, stopped with SIGTERM, and a new one is asked once it is ready. A kept "
        "connection that the server ends between two requests is opened anew, as every client "
        "does; how often is told.",
        interruptions.rolling,
    ),
    Scenario(
        "reload",
        "Reloads",
        "SIGHUP under load, again and again, with four callers on kept connections and four that "
        "open a new one for each request.",
        interruptions.reloads,
    ),
    Scenario(
        "silent",
        "Silent callers",
        "Connections that send nothing or half a request and stay open, without a proxy in front.",
        callers.silent,
    ),
    Scenario(
        "proxy",
        "Silent callers behind nginx",
        "500 slow callers before nginx as shipped (`tests/deploy/test_nginx.py`); probes go "
        "through nginx.",
        of_tests(
            "tests/deploy/test_nginx.py::test_five_hundred_slow_callers_disturb_nobody",
            slowest=callers.PROBE_SECONDS,
        ),
    ),
    Scenario(
        "names",
        "Names that nobody knows",
        "Random paths, instruments, mappings, parameters and methods, each once.",
        callers.names,
    ),
    Scenario(
        "wire",
        "Bytes that no client sends",
        "Request lines, methods, targets, headers, lengths and chunks that contradict each other, "
        "requests in a row, halves: each with the exact statuses of its answers, in our form, or "
        "an end of the connection (`tests/operations/wire.py`).",
        of_tests("tests/operations/test_wire.py"),
    ),
    Scenario(
        "described",
        "Requests made up from the OpenAPI description",
        "schemathesis sends 1,000 random requests to every operation that takes anything, beside "
        "those at the limits of every member, and 250 chains of up to 8 requests, each with what "
        "an answer before it gave (`tests/api/test_schemathesis.py`): every answer is as the "
        "description says, and none is a 5xx.",
        of_tests("tests/api/test_schemathesis.py", SCHEMATHESIS_EXAMPLES="1000"),
    ),
    Scenario(
        "fuzz",
        "Inputs that a fuzzer makes up",
        "atheris, guided by the coverage of the service, changes valid forms, definitions, courses "
        "and FHIR resources (`tests/fuzz/`) and sends them to the application in its own process: "
        "no exception, no 5xx, no number that is none, scores within their range, every fault with "
        "its place, no text of an exception. A million of them, always the same, in about an "
        "hour of processor time; `DURATION=6` sends 100,000.",
        fuzzing.fuzz,
    ),
    Scenario(
        "full-disk",
        "Full disk, full /dev/shm",
        "A file system with no room for metrics stops the start with one sentence; one that fills "
        "up later ends no worker (`tests/test_survival.py`).",
        of_tests(
            f"{SURVIVAL}a_file_system_that_is_full_stops_the_start_with_one_sentence",
            f"{SURVIVAL}a_file_system_that_fills_up_later_ends_no_worker",
        ),
    ),
    Scenario(
        "descriptors",
        "No descriptors left",
        "A worker that may open no more files, and more silent connections than a worker keeps "
        "(`tests/test_survival.py`).",
        of_tests(
            f"{SURVIVAL}a_worker_that_may_open_no_more_files_makes_room",
            f"{SURVIVAL}more_silent_connections_than_a_worker_keeps_shut_nobody_out",
        ),
    ),
    Scenario(
        "log",
        "A log that nobody reads",
        "Requests are answered, lines are dropped and counted; streams that are closed at the "
        "start get into no file (`tests/test_survival.py`).",
        of_tests(
            f"{SURVIVAL}a_log_that_nobody_reads_stops_nothing_and_its_lost_lines_are_counted",
            f"{SURVIVAL}standard_streams_that_are_closed_at_the_start_get_into_no_file",
        ),
    ),
    Scenario(
        "clock",
        "Clock jumps",
        "The wall clock of a running service goes a year ahead and ten years back "
        "(`tests/operations/test_clock.py`).",
        of_tests("tests/operations/test_clock.py"),
    ),
    Scenario(
        "keys",
        "Outage of an issuer's keys",
        "The address with the keys that sign tokens fails, hangs, drips or sends nonsense "
        "(`tests/access/`).",
        of_tests("tests/access/test_key_sources.py", "tests/access/test_served.py"),
    ),
    Scenario(
        "branches",
        "Branches of the engine",
        "The tests of what scores a form and watches a course (`service/scoring/`, "
        "`service/alliance/`) run by themselves, and coverage.py counts the statements and "
        "branches that they take.",
        engine.branches,
    ),
    Scenario(
        "mutants",
        "Errors put into the engine",
        "One operator, number, condition or return value at a time is changed in a copy of the "
        "engine, drawn at random from all that could be, and its tests run until one fails "
        "(`make mutants`). As many errors as the duration has seconds; they take about five "
        "seconds each.",
        engine.mutants,
    ),
)

"""What is counted, under which labels, and how totals survive the processes that counted them."""

import errno
import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.parser import text_string_to_metric_families

from service.operations import metrics_archive
from service.operations.metrics import MALFORMATIONS, LoadedDefinition, Metrics
from service.operations.metrics_archive import Archive, prepare_directory, scraping
from service.strict import reader

DEFINITIONS = [
    LoadedDefinition("wai-sr", "1.0.0", "sha256:" + "ab" * 32),
    LoadedDefinition("phq-9", "2.0.0", "0123"),
]
ROUTES = ["/v1/score", "/livez"]

Samples = dict[tuple[str, tuple[str, ...]], float]  # by name and label values

# One process that counts `argv[1]` requests and forms, as a worker does.
WORKER = """
import sys
from prometheus_client import CollectorRegistry
from service.operations.metrics import LoadedDefinition, Metrics
metrics = Metrics(CollectorRegistry())
metrics.allow_routes(["/v1/score"])
metrics.set_definitions([LoadedDefinition("phq-9", "2.0.0", "0123")], 0, 1000.0)
metrics.request_started()
for index in range(int(sys.argv[1])):
    metrics.observe_request("/v1/score", "POST", 200, 0.004 if index % 2 else 0.2)
    metrics.count_scored("phq-9", "2.0.0", "complete")
"""


@pytest.fixture
def metrics() -> Metrics:
    made = Metrics(CollectorRegistry())
    made.allow_routes(ROUTES)
    made.set_definitions(DEFINITIONS, rejected=1, loaded_at=1_700_000_000.5)
    return made


def samples(exposition: bytes) -> Samples:
    """Map each sample's name and label values, in the order of the label names, to its value."""
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(exposition.decode())
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def test_every_metric_appears_under_its_name_labels_and_value(metrics: Metrics) -> None:
    metrics.request_started()
    metrics.request_started()
    metrics.request_finished()
    metrics.observe_request("/v1/score", "POST", 200, 0.004)
    metrics.count_scored("wai-sr", "1.0.0", "prorated")
    metrics.count_rejected("phq-9", "wrong_type")
    metrics.count_malformed("too_deep")
    metrics.count_auth_failure("unknown_key")
    metrics.observe_score(0.00002)
    metrics.set_build("0.1.0", "abc123")
    found = samples(metrics.exposition())
    expected = {
        ("scoring_http_requests_in_progress", ()): 1,
        ("scoring_http_requests_total", ("POST", "/v1/score", "200")): 1,
        ("scoring_http_request_duration_seconds_bucket", ("0.0025", "POST", "/v1/score")): 0,
        ("scoring_http_request_duration_seconds_bucket", ("0.005", "POST", "/v1/score")): 1,
        ("scoring_http_request_duration_seconds_sum", ("POST", "/v1/score")): 0.004,
        ("scoring_responses_scored_total", ("prorated", "wai-sr", "1.0.0")): 1,
        ("scoring_responses_rejected_total", ("phq-9", "wrong_type")): 1,
        ("scoring_malformed_requests_total", ("depth",)): 1,
        ("scoring_auth_failures_total", ("unknown_key",)): 1,
        ("scoring_score_duration_seconds_count", ()): 1,
        ("scoring_definitions_loaded", ()): 2,
        ("scoring_definitions_rejected", ()): 1,
        ("scoring_definitions_last_load_timestamp_seconds", ()): 1_700_000_000.5,
        ("scoring_definition_info", ("abababababab", "wai-sr", "1.0.0")): 1,
        ("scoring_definition_info", ("0123", "phq-9", "2.0.0")): 1,
        ("scoring_build_info", (sys.version.split()[0], "abc123", "0.1.0")): 1,
    }
    assert {key: found.get(key) for key in expected} == expected
    buckets = [
        key[1][0] for key in found if key[0] == "scoring_http_request_duration_seconds_bucket"
    ]
    assert buckets == [
        "0.001",
        "0.0025",
        "0.005",
        "0.01",
        "0.025",
        "0.05",
        "0.1",
        "0.25",
        "0.5",
        "1.0",
        "2.5",
        "+Inf",
    ]


def test_what_is_not_known_counts_under_a_fixed_name(metrics: Metrics) -> None:
    metrics.observe_request("/nope", "BREW", 999, 0.1)
    metrics.count_scored("nope", "1.0.0", "complete")
    metrics.count_scored("wai-sr", "9.9.9", "excellent")
    metrics.count_rejected(None, "because")
    metrics.count_rejected("nope", "wrong_type")
    metrics.count_malformed("because")
    found = samples(metrics.exposition())
    assert found["scoring_http_requests_total", ("OTHER", "unmatched", "other")] == 1
    assert found["scoring_responses_scored_total", ("complete", "unknown", "unknown")] == 1
    assert found["scoring_responses_scored_total", ("other", "unknown", "unknown")] == 1
    assert found["scoring_responses_rejected_total", ("unknown", "other")] == 1
    assert found["scoring_responses_rejected_total", ("unknown", "wrong_type")] == 1
    assert found["scoring_malformed_requests_total", ("other",)] == 1


def test_ten_thousand_hostile_names_add_no_series(metrics: Metrics) -> None:
    def attack(index: int) -> None:
        name = f'evil-{index}\ud800\n"{{}}'
        metrics.observe_request(f"/{name}", f"M{index}", 404, 0.001)
        metrics.observe_request(f"/{name}", "GET", 1000 + index, 0.001)
        metrics.count_scored(name, f"{index}.0.0", name)
        metrics.count_scored("wai-sr", f"9.{index}.0", "complete")
        metrics.count_rejected(name, name)
        metrics.count_malformed(name)

    attack(0)
    before = samples(metrics.exposition()).keys()
    kept = sum(len(value) for value in vars(metrics).values() if isinstance(value, dict))
    for index in range(1, 10_001):
        attack(index)
    after = samples(metrics.exposition())
    assert after.keys() == before
    assert after["scoring_http_requests_total", ("GET", "unmatched", "other")] == 10_001
    assert sum(len(value) for value in vars(metrics).values() if isinstance(value, dict)) == kept


def test_every_code_of_the_strict_reader_has_a_reason() -> None:
    assert MALFORMATIONS.keys() - {"bad_csv", "media_type", "too_large"} == reader.DETAILS.keys()


def run_worker(directory: Path, requests: int) -> int:
    """Let a process count in the directory and end; return its process id."""
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(directory)}
    process = subprocess.Popen([sys.executable, "-c", WORKER, str(requests)], env=environ)
    assert process.wait(timeout=60) == 0
    return process.pid


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    return tmp_path


def test_a_scrape_adds_up_all_processes(directory: Path, metrics: Metrics) -> None:
    for requests in (3, 4):
        run_worker(directory, requests)
    found = samples(metrics.exposition())
    assert found["scoring_http_requests_total", ("POST", "/v1/score", "200")] == 7
    assert (
        found["scoring_http_request_duration_seconds_bucket", ("0.005", "POST", "/v1/score")]
        == 1 + 2
    )
    assert found["scoring_http_request_duration_seconds_bucket", ("+Inf", "POST", "/v1/score")] == 7
    assert found["scoring_definitions_loaded", ()] == 1
    assert found["scoring_http_requests_in_progress", ()] == 2


def counted(found: Samples) -> Samples:
    """Return the samples without those of the living process, which moves while it looks."""
    return {
        sample: value for sample, value in found.items() if not sample[0].startswith("process_")
    }


def test_the_totals_of_ended_workers_stay_and_their_files_go(
    directory: Path, metrics: Metrics
) -> None:
    archive = Archive(directory)
    run_worker(directory, 100)  # still alive, as far as the archive knows
    for requests in range(1, 6):
        pid = run_worker(directory, requests)
        before = samples(metrics.exposition())
        assert archive.worker_ended(pid) == []
        after = samples(metrics.exposition())
        assert not list(directory.glob(f"*_{pid}.db"))
        # Only what a dead process cannot be doing any more is gone.
        assert after.pop(("scoring_http_requests_in_progress", ())) == 1
        assert before.pop(("scoring_http_requests_in_progress", ())) == 2
        assert counted(after) == pytest.approx(counted(before))
    assert after["scoring_responses_scored_total", ("complete", "phq-9", "2.0.0")] == 115
    assert {path.name.split("_")[-1] for path in directory.glob("counter_*")} >= {"archive.db"}
    assert len(list(directory.glob("*.db"))) == 4 + 2


def test_a_living_worker_with_the_process_id_of_an_ended_one_keeps_its_files(
    directory: Path,
) -> None:
    archive = Archive(directory)
    pid, other = run_worker(directory, 1), run_worker(directory, 1)
    content = (directory / f"counter_{pid}.db").read_bytes()
    archive.worker_ended(pid)
    (directory / f"counter_{pid}.db").write_bytes(content)
    archive.worker_ended(other)
    assert (directory / f"counter_{pid}.db").exists()


def test_an_unreadable_file_is_set_aside_and_scrapes_go_on(
    directory: Path, metrics: Metrics
) -> None:
    run_worker(directory, 2)
    (directory / "counter_77.db").write_bytes(b"\xff\x0f\0\0" + b"\x01" * 100)
    assert Archive(directory).worker_ended(77) == ["counter_77.db"]
    assert (
        samples(metrics.exposition())["scoring_http_requests_total", ("POST", "/v1/score", "200")]
        == 2
    )
    assert (directory / "counter_77.damaged").exists()


def test_no_total_is_lost_where_no_more_files_can_be_opened(
    directory: Path, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid, archive = run_worker(directory, 2), Archive(directory)

    def lack(_: str) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as lacking:
        lacking.setattr(MmapedDict, "read_all_values_from_file", staticmethod(lack))
        with pytest.raises(OSError, match="Too many open files"):
            metrics.exposition()
        assert archive.worker_ended(pid) == []
    assert not list(directory.glob("*.damaged"))
    archive.worker_ended(run_worker(directory, 1))
    assert not (directory / f"counter_{pid}.db").exists()
    found = samples(metrics.exposition())
    assert found["scoring_http_requests_total", ("POST", "/v1/score", "200")] == 3


def test_files_stay_while_a_scrape_reads_and_are_folded_once_it_is_done(
    directory: Path, metrics: Metrics
) -> None:
    pid = run_worker(directory, 2)
    archive = Archive(directory)
    with scraping(directory):
        folding = threading.Thread(target=archive.worker_ended, args=(pid,))
        folding.start()
        folding.join(timeout=0.2)
        assert folding.is_alive()
        assert (directory / f"counter_{pid}.db").exists()
    folding.join(timeout=10)
    assert not (directory / f"counter_{pid}.db").exists()


def test_a_scrape_that_never_ends_only_puts_the_folding_off(
    directory: Path, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics_archive, "_LOCK_PATIENCE_SECONDS", 0.05)
    first, second = run_worker(directory, 2), run_worker(directory, 3)
    archive = Archive(directory)
    with scraping(directory):
        assert archive.worker_ended(first) == []
    assert (
        samples(metrics.exposition())["scoring_http_requests_total", ("POST", "/v1/score", "200")]
        == 5
    )
    archive.worker_ended(second)
    assert not [path for path in directory.glob("counter_*.db") if "archive" not in path.name]
    assert (
        samples(metrics.exposition())["scoring_http_requests_total", ("POST", "/v1/score", "200")]
        == 5
    )


def test_a_scrape_waits_for_the_folding(directory: Path, metrics: Metrics) -> None:
    run_worker(directory, 2)
    lock = os.open(directory / "archive.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    scrape = threading.Thread(target=metrics.exposition)
    scrape.start()
    scrape.join(timeout=0.2)
    assert scrape.is_alive()
    os.close(lock)
    scrape.join(timeout=10)
    assert not scrape.is_alive()


def test_the_archive_grows_beyond_one_page(directory: Path) -> None:
    many = """
from prometheus_client import CollectorRegistry, Counter
counter = Counter("many_total", "Many.", ["name"], registry=CollectorRegistry())
for index in range(1500):
    counter.labels("x" * 50 + str(index)).inc(index)
"""
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(directory)}
    for _ in range(2):
        process = subprocess.Popen([sys.executable, "-c", many], env=environ)
        assert process.wait(timeout=60) == 0
        Archive(directory).worker_ended(process.pid)
    found = samples(Metrics(CollectorRegistry()).exposition())
    assert (
        sum(value for (name, _), value in found.items() if name == "many_total")
        == 2 * 1499 * 1500 / 2
    )


def test_a_given_directory_loses_the_files_of_an_earlier_run_and_nothing_else(
    tmp_path: Path,
) -> None:
    given = tmp_path / "new" / "metrics"
    environ = {"PROMETHEUS_MULTIPROC_DIR": str(given)}
    assert prepare_directory(environ, 3) == (given, False)
    metrics_archive.give_back(given)
    for name in (
        "counter_1.db",
        "gauge_livesum_1.db",
        "histogram_archive.db",
        "keep.db",
        "counter_1.txt",
    ):
        (given / name).touch()
    prepare_directory(environ, 3)
    kept = {"counter_1.txt", "keep.db", "instance.lock"}
    assert {path.name for path in given.iterdir()} == kept
    Archive(given, made_here=False).close()
    assert given.exists()


def test_a_given_directory_keeps_its_files_when_a_new_server_takes_over_from_a_running_one(
    tmp_path: Path,
) -> None:
    (tmp_path / "counter_1.db").touch()
    parent = str(os.getppid())
    prepare_directory({"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "GUNICORN_PID": parent}, 3)
    metrics_archive.give_back(tmp_path)
    assert (tmp_path / "counter_1.db").exists()


def test_a_stranger_that_calls_itself_an_heir_is_none(tmp_path: Path) -> None:
    (tmp_path / "counter_1.db").touch()
    prepare_directory({"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "GUNICORN_PID": "1"}, 3)
    metrics_archive.give_back(tmp_path)
    assert not (tmp_path / "counter_1.db").exists()


def test_without_a_given_directory_a_fresh_one_is_made_named_and_removed_at_the_end() -> None:
    environ: dict[str, str] = {}
    directory, made_here = prepare_directory(environ, 3)
    assert made_here
    assert environ == {"PROMETHEUS_MULTIPROC_DIR": str(directory)}
    assert list(directory.iterdir()) == []
    assert directory.stat().st_mode & 0o777 == 0o700
    Archive(directory, made_here).close()
    assert not directory.exists()


@pytest.mark.parametrize("in_memory", [True, False])
def test_no_temporary_directory_is_needed_where_there_is_one_in_memory(
    in_memory: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """As in a container whose root cannot be written."""

    def none_is_usable() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr("tempfile.gettempdir", none_is_usable)
    place = str(tmp_path) if in_memory else None
    monkeypatch.setattr(metrics_archive, "memory_backed_directory", lambda: place)
    if in_memory:
        assert prepare_directory({}, 3)[0].parent == tmp_path
    else:
        with pytest.raises(
            metrics_archive.MetricsDirectoryError, match="neither /dev/shm nor a temporary"
        ):
            prepare_directory({}, 3)

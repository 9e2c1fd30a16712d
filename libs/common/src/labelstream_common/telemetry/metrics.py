"""Where the code reports numbers. Every function is cheap, never blocks and never raises.

Names and meanings are in `metric_names`; `exposition` is what `/metrics` answers.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from labelstream_common.telemetry.metric_names import DESCRIPTIONS, MetricName

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_COUNTS = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000)


def _gauge(name: MetricName, *labels: str) -> Gauge:
    return Gauge(name, DESCRIPTIONS[name], labels, registry=REGISTRY)


def _counter(name: MetricName, *labels: str) -> Counter:
    return Counter(name, DESCRIPTIONS[name], labels, registry=REGISTRY)


def _histogram(name: MetricName, buckets: tuple[float, ...], *labels: str) -> Histogram:
    return Histogram(name, DESCRIPTIONS[name], labels, buckets=buckets, registry=REGISTRY)


_OUTBOX_AGE = _gauge("labelstream_outbox_age_seconds", "service")
_OUTBOX_RECORDS = _gauge("labelstream_outbox_records", "service")
_RELAYED = _counter("labelstream_relay_messages_total", "service")
_LAG = _gauge("labelstream_consumer_lag_messages", "group")
_HALTED = _gauge("labelstream_consumer_halted", "group")
_FAILURES = _counter("labelstream_consumer_failures_total", "group")
_TASK_FAILURES = _counter("labelstream_task_failures_total", "task")
_DEAD_LETTERS = _counter("labelstream_dead_letters_total", "group", "topic")
_COMMIT_CHANGES = _histogram("labelstream_commit_changes", _COUNTS, "service")
_COMMIT_SECONDS = _histogram("labelstream_commit_seconds", _FAST, "service")
_REQUEST_SECONDS = _histogram("labelstream_http_request_seconds", _FAST, "service", "method", "route", "status")
_REQUESTS_RUNNING = _gauge("labelstream_http_requests_running", "service")
_LOOP_LAG = _gauge("labelstream_loop_lag_seconds", "service")
_OPERATIONS_RUNNING = _gauge("labelstream_operations_running", "service")
_FOLLOWING_FAILED = _gauge("labelstream_following_failed_jobs")


def outbox(service: str, records: int, age_seconds: float) -> None:
    """How much waits to be published, and for how long the oldest of it has."""
    _OUTBOX_RECORDS.labels(service).set(records)
    _OUTBOX_AGE.labels(service).set(age_seconds)


def relayed(service: str, messages: int) -> None:
    """So many messages were acknowledged."""
    _RELAYED.labels(service).inc(messages)


def lag(group: str, messages: int) -> None:
    """So many messages are still to be applied."""
    _LAG.labels(group).set(messages)


def follows(group: str) -> None:
    """The group is at work."""
    _HALTED.labels(group).set(0)


def consumer_failed(group: str) -> None:
    """A batch failed in a way that does not pass by itself."""
    _FAILURES.labels(group).inc()


def task_failed(task: str) -> None:
    """A background task ended with an error, and is started again."""
    _TASK_FAILURES.labels(task).inc()


def halted(group: str) -> None:
    """The group stopped, and goes on when somebody has looked: `/readyz` says why."""
    _HALTED.labels(group).set(1)


def dead_letter(group: str, topic: str) -> None:
    """One message of `topic` was put among the dead letters."""
    _DEAD_LETTERS.labels(group, topic).inc()


def committed(service: str, changes: int, seconds: float) -> None:
    """A transaction with so many changes was committed."""
    _COMMIT_CHANGES.labels(service).observe(changes)
    _COMMIT_SECONDS.labels(service).observe(seconds)


def request_began(service: str) -> None:
    _REQUESTS_RUNNING.labels(service).inc()


def request_ended(service: str, method: str, route: str, status: int, seconds: float) -> None:
    """`route` is the path's pattern, never the path itself, so that the number of series stays bounded."""
    _REQUESTS_RUNNING.labels(service).dec()
    _REQUEST_SECONDS.labels(service, method, route, str(status)).observe(seconds)


def loop_lag(service: str, seconds: float) -> None:
    _LOOP_LAG.labels(service).set(seconds)


def operations_running(service: str, count: int) -> None:
    _OPERATIONS_RUNNING.labels(service).set(count)


def following_failed(jobs: int) -> None:
    """The items of so many jobs could not follow their dataset when it was last tried."""
    _FOLLOWING_FAILED.set(jobs)


def exposition() -> bytes:
    """All metrics of this process in Prometheus' text format (0.0.4)."""
    return generate_latest(REGISTRY)

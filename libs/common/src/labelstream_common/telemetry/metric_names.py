"""Every metric that Labelstream exposes, with what it measures. `docs/operations` is written from this page."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

MetricName = Literal[
    # Seconds that the oldest change record which is not published yet has waited; 0 when there is none. By service.
    "labelstream_outbox_age_seconds",
    # Change records that wait to be published. By service.
    "labelstream_outbox_records",
    # Messages that the relay published and Kafka acknowledged. By service.
    "labelstream_relay_messages_total",
    # Messages between what a consumer group has applied and the ends of its partitions. By group.
    "labelstream_consumer_lag_messages",
    # 1 if a consumer group stopped: too many dead letters, or a fault that does not pass. By group.
    "labelstream_consumer_halted",
    # Batches that failed in a way that does not pass by itself. By group.
    "labelstream_consumer_failures_total",
    # Times that a background task failed and was started again. By task.
    "labelstream_task_failures_total",
    # Messages that were put into a dead-letter topic. By group and topic.
    "labelstream_dead_letters_total",
    # Changes that one commit of a lane (or unit of work) carried. By service.
    "labelstream_commit_changes",
    # Seconds from the beginning of a transaction to the end of its commit. By service.
    "labelstream_commit_seconds",
    # Seconds from the first byte of a request to the last of its answer. By service, method, route and status.
    "labelstream_http_request_seconds",
    # Requests that are being answered. By service.
    "labelstream_http_requests_running",
    # Seconds that the event loop was late when it last was to wake up. By service.
    "labelstream_loop_lag_seconds",
    # Operations that this process is running. By service.
    "labelstream_operations_running",
    # Jobs whose items could not follow their dataset when it was last tried.
    "labelstream_following_failed_jobs",
]

DESCRIPTIONS: Mapping[MetricName, str] = MappingProxyType(
    {
        "labelstream_outbox_age_seconds": "How long the oldest unpublished change record has waited",
        "labelstream_outbox_records": "Change records that wait to be published",
        "labelstream_relay_messages_total": "Messages published and acknowledged",
        "labelstream_consumer_lag_messages": "Messages that a consumer group has still to apply",
        "labelstream_consumer_halted": "1 if a consumer group stopped until somebody has looked",
        "labelstream_consumer_failures_total": "Batches that failed in a way that does not pass by itself",
        "labelstream_task_failures_total": "Times that a background task failed and was started again",
        "labelstream_dead_letters_total": "Messages put into a dead-letter topic",
        "labelstream_commit_changes": "Changes in one commit",
        "labelstream_commit_seconds": "Duration of a transaction with its commit",
        "labelstream_http_request_seconds": "Duration of a request",
        "labelstream_http_requests_running": "Requests under way",
        "labelstream_loop_lag_seconds": "How late the event loop last woke up",
        "labelstream_operations_running": "Operations under way in this process",
        "labelstream_following_failed_jobs": "Jobs whose items could not follow their dataset when it was last tried",
    }
)

METRIC_NAMES: tuple[MetricName, ...] = get_args(MetricName)

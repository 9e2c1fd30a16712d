"""What a process tells about itself: JSON log lines, Prometheus metrics, OpenTelemetry traces."""

from labelstream_common.telemetry import metrics, spans
from labelstream_common.telemetry.logs import configure_logging, get_logger
from labelstream_common.telemetry.loop_lag import watch_loop_lag
from labelstream_common.telemetry.tracing import configure_tracing, shutdown_tracing, traceparent

__all__ = [
    "configure_logging",
    "configure_tracing",
    "get_logger",
    "metrics",
    "shutdown_tracing",
    "spans",
    "traceparent",
    "watch_loop_lag",
]

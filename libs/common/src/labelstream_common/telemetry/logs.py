"""Structured log lines: one JSON object each, on standard error, never with a secret in it.

Events are named `area.noun.verb`; everything else is key-values. Lines of libraries that use the standard library's
`logging` take the same way out.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal, Protocol, cast

import orjson
import structlog
from structlog.typing import FilteringBoundLogger, Processor

from labelstream_common.telemetry.secrets import without_secrets

_QUIET = {"aiokafka": "WARNING", "httpx": "WARNING", "httpcore": "WARNING", "pymongo": "WARNING", "urllib3": "WARNING"}
_LONGEST_VALUE = 8_000


class LogSettings(Protocol):
    """The part of a service's settings that decides how its log looks."""

    @property
    def log_format(self) -> Literal["json", "console"]: ...

    @property
    def log_level(self) -> Literal["debug", "info", "warning", "error"]: ...


def get_logger(name: str) -> FilteringBoundLogger:
    """A logger whose lines carry `logger=name`. Cheap; call it at import."""
    return cast("FilteringBoundLogger", structlog.stdlib.get_logger(name))


def configure_logging(settings: LogSettings, service: str) -> None:
    """Sets up the log of this process. Call once, before anything is logged; a second call replaces the first."""

    def add_service(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event.setdefault("service", service)
        return event

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        add_service,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        _shorten,
        _hide_secrets,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(settings.log_format)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)


def _shorten(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A driver puts whole documents into its errors; the beginning and the end say what happened."""
    for name, value in event.items():
        if isinstance(value, str) and len(value) > _LONGEST_VALUE:
            event[name] = f"{value[: _LONGEST_VALUE // 2]} … {value[-_LONGEST_VALUE // 2 :]}"
    return event


def _hide_secrets(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    record = {name: event[name] for name in ("_record", "_from_structlog") if name in event}
    return {**without_secrets({k: v for k, v in event.items() if k not in record}), **record}


def _renderer(log_format: Literal["json", "console"]) -> Processor:
    if log_format == "console":
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return structlog.processors.JSONRenderer(serializer=_dumps)


def _dumps(event: object, **_: object) -> str:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()

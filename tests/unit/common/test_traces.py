"""One trace from a request to a projection; nothing at all when tracing is off."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.requests import Request
from starlette.responses import Response

from labelstream_common.http import JsonReply, Router, create_app, policies
from labelstream_common.messaging import current_context
from labelstream_common.mongo import connect, database_of
from labelstream_common.telemetry import spans, traceparent
from labelstream_common.telemetry.tracing import collecting, valid_traceparent

CALLERS = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    with collecting(exporter):
        yield exporter


@dataclass
class Event:
    traceparent: str


@pytest.fixture
def context_app(app: FastAPI) -> FastAPI:
    router = Router()

    @router.get("/context/{token}", policy=policies.public(), raw=True)
    async def context(_: Request) -> Response:
        found = current_context.get()
        return JsonReply({"correlation": found.correlation_id, "traceparent": found.traceparent})

    database = database_of(connect("mongodb://127.0.0.1:1", app_name="unit"), "unit")
    return create_app("traced", [router], authenticator=app.state.authenticator, database=database)


async def ask(app: FastAPI, **headers: str) -> dict[str, str]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        answer: dict[str, str] = (await client.get("/api/v1/context/secret", headers=headers)).json()
        return answer


def by_name(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in exporter.get_finished_spans()}


async def test_request_commit_publish_and_projection_are_one_trace(
    exporter: InMemorySpanExporter, context_app: FastAPI
) -> None:
    found = await ask(context_app, traceparent=CALLERS)
    with spans.commit("label-service", [found["traceparent"]], 3):
        committed = traceparent()
    record = {"contexts": [("c", "", committed)], "count": 3}
    with spans.publishing([record], "label-service"):
        pass
    with spans.following([Event(committed), Event(committed)], "job-service.x"):
        pass
    named = by_name(exporter)
    assert set(named) == {"GET /api/v1/context/{token}", "commit", "publish", "project job-service.x"}
    assert {span.context.trace_id for span in named.values() if span.context} == {int(CALLERS.split("-")[1], 16)}
    request = named["GET /api/v1/context/{token}"]
    assert request.parent is not None
    assert request.parent.span_id == int(CALLERS.split("-")[2], 16)
    commit = named["commit"]
    assert commit.parent is not None
    assert request.context is not None
    assert commit.parent.span_id == request.context.span_id
    assert "secret" not in str([dict(span.attributes or {}) for span in named.values()])


async def test_a_batch_that_serves_several_traces_is_seen_in_each(exporter: InMemorySpanExporter) -> None:
    other = CALLERS.replace("4bf9", "aaaa")
    with spans.following([Event(CALLERS), Event(other), Event(CALLERS), Event("")], "g"):
        pass
    traces = [span.context.trace_id for span in exporter.get_finished_spans() if span.context]
    assert sorted(traces) == sorted(int(parent.split("-")[1], 16) for parent in (CALLERS, other))


async def test_a_failed_commit_is_marked(exporter: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="no"), spans.commit("s", [CALLERS], 1):
        raise ValueError("no")
    (span,) = exporter.get_finished_spans()
    assert not span.status.is_ok


async def test_with_tracing_off_the_callers_trace_is_passed_on(context_app: FastAPI) -> None:
    found = await ask(context_app, traceparent=CALLERS, **{"X-Request-Id": "mine"})
    assert found == {"correlation": "mine", "traceparent": CALLERS}
    assert (await ask(context_app, traceparent="nonsense"))["traceparent"] == ""
    assert traceparent() == ""


@pytest.mark.parametrize("value", ["", None, "00-0-0-0", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", "x" * 55])
def test_what_is_no_traceparent(value: str | None) -> None:
    assert valid_traceparent(value) == ""

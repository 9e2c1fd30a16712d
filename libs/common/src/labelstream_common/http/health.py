"""The routes that look after the process: is it alive, is it ready, how is it doing."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

from labelstream_common.http.policies import public
from labelstream_common.http.problems import problem
from labelstream_common.http.replies import JsonReply
from labelstream_common.http.routing import Router
from labelstream_common.http.schema import document_of
from labelstream_common.telemetry import metrics

Probe = Callable[[], Awaitable[object]]
"""Asks one dependency whether it answers: raises, or gives False, if it does not."""

Halted = Callable[[], Sequence[str]]
"""What has stopped in this process, and stays so until somebody has looked at the reason in its log."""

_PROBE_SECONDS = 2.0


def health_router(probes: Mapping[str, Probe]) -> Router:
    """`/healthz` (this process), `/readyz` (its dependencies), `/metrics` and `/openapi.json`."""
    router = Router(prefix="")

    @router.get("/healthz", policy=public(), raw=True, in_schema=False)
    async def alive(_: Request) -> Response:
        return JsonReply({"status": "ok"})

    @router.get("/readyz", policy=public(), raw=True, in_schema=False)
    async def ready(request: Request) -> Response:
        found = await asyncio.gather(*(_ask(probe) for probe in probes.values()))
        halted: Halted = request.app.state.halted
        checks = dict(zip(probes, found, strict=True)) | dict.fromkeys(halted(), "halted")
        if all(state == "ok" for state in checks.values()):
            return JsonReply({"status": "ready", "checks": checks})
        away = ", ".join(name for name, state in checks.items() if state != "ok")
        headers = {"Retry-After": "1"}
        return problem(503, "not-ready", "Not ready", f"Not working: {away}.", data={"checks": checks}, headers=headers)

    @router.get("/metrics", policy=public(), raw=True, in_schema=False)
    async def measurements(_: Request) -> Response:
        return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)

    @router.get("/openapi.json", policy=public(), raw=True, in_schema=False)
    async def openapi(request: Request) -> Response:
        return JsonReply(document_of(request.app))

    return router


async def _ask(probe: Probe) -> str:
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            answer = await probe()
    except TimeoutError:
        return "timeout"
    except Exception as error:
        return type(error).__name__
    return "ok" if answer is not False else "not ready"

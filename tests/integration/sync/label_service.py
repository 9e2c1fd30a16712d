"""What sync-service reads of the other services while it publishes a version: a token, and a job's export."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from tests.support.waiting import eventually

SECRET = "a secret of the services"


@dataclass(frozen=True)
class Labeled:
    """An item as the export shows it."""

    sample_id: str
    path: str
    labels: Sequence[str] = ()
    hard: bool = False


@dataclass
class LabelService:
    """Exports of jobs by their ids, each with one state a `seq`. `breaks_after` ends an answer before its end."""

    url: str = ""
    jobs: dict[str, dict[int, list[Labeled]]] = field(default_factory=dict)
    bucket: str = ""
    breaks_after: int | None = None
    asked: list[Mapping[str, str]] = field(default_factory=list)
    tokens: int = 0
    away: bool = False

    def stands(self, job_id: str, seq: int, items: Sequence[Labeled], bucket: str) -> None:
        self.bucket = bucket
        self.jobs.setdefault(job_id, {})[seq] = sorted(items, key=lambda item: item.sample_id)

    async def token(self, request: Request) -> Response:
        form = (await request.body()).decode()
        if "client_id=sync-service" not in form or "a+secret+of+the+services" not in form:
            return JSONResponse({"code": "invalid-client"}, 401)
        self.tokens += 1
        return JSONResponse({"access_token": f"token-{self.tokens}", "expires_in": 3600})

    async def export(self, request: Request) -> Response:
        self.asked.append(dict(request.query_params))
        if not request.headers.get("authorization", "").startswith("Bearer token-"):
            return JSONResponse({"code": "token-invalid", "detail": "no"}, 401)
        if self.away:
            return JSONResponse({"code": "overloaded"}, 503)
        states = self.jobs.get(request.path_params["job_id"])
        if states is None:
            return JSONResponse({"code": "job-not-found", "detail": "There is no such job."}, 404)
        seq = int(request.query_params.get("as_of", max(states)))
        after = request.query_params.get("after", "")
        rows = [item for item in states[seq] if item.sample_id > after]
        return StreamingResponse(self._lines(rows, seq), headers={"X-Labelstream-Seq": str(seq)})

    async def _lines(self, rows: Sequence[Labeled], seq: int) -> AsyncIterator[bytes]:
        digest = hashlib.sha256()
        breaks_after, self.breaks_after = self.breaks_after, None
        for number, item in enumerate(rows):
            if number == breaks_after:
                return
            annotation = [{"name": name, "type": "modelarts/image_classification"} for name in item.labels]
            line = {"source": f"s3://{self.bucket}/{item.path}", "id": item.sample_id, "hard": item.hard}
            encoded = orjson.dumps({**line, "annotation": annotation}) + b"\n"
            digest.update(encoded)
            yield encoded
        yield orjson.dumps({"count": len(rows), "seq": seq, "sha256": digest.hexdigest()}) + b"\n"

    async def serve(self) -> AsyncIterator["LabelService"]:
        app = Starlette(
            routes=[
                Route("/api/v1/auth/token", self.token, methods=["POST"]),
                Route("/api/v1/jobs/{job_id}/export", self.export),
            ]
        )
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
        serving = asyncio.create_task(server.serve())
        await eventually(partial(_has_started, server))
        self.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        yield self
        server.should_exit = True
        await serving


async def _has_started(server: uvicorn.Server) -> None:
    assert server.started

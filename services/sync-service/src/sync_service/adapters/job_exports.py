"""label-service's export of a job, read over its public API with this service's own token."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
import orjson

from labelstream_common.auth import ServiceTokens, service_client
from labelstream_common.errors import Conflict, Unavailable
from sync_service.application.version_ports import Labeled
from sync_service.domain.dataset import JobId
from sync_service.domain.sample import SampleId

_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
_SEQ = "X-Labelstream-Seq"


class JobsUnavailable(Unavailable):
    code = "labels-unavailable"

    def __init__(self, what: str) -> None:
        super().__init__(f"The labels cannot be read at the moment: {what}.", retry_after=2.0)


class JobNotExported(Conflict):
    code = "job-not-exported"
    title = "The labels of the job cannot be read"

    def __init__(self, what: str) -> None:
        super().__init__(f"The labels of the job cannot be read: {what}")


class LabelServiceExports:
    def __init__(self, url: str, tokens: ServiceTokens | None, *, ca_file: str | None = None) -> None:
        self._ca_file = ca_file
        self._url = url.rstrip("/")
        self._tokens = tokens
        self._http: httpx.AsyncClient | None = None

    @property
    def is_possible(self) -> bool:
        return self._tokens is not None

    @asynccontextmanager
    async def open(self, job_id: JobId, seq: int | None, after: str) -> AsyncIterator["_Export"]:
        if self._tokens is None:
            raise JobsUnavailable("this service has no secret to sign in with")
        if self._http is None:
            self._http = service_client(_TIMEOUT, ca_file=self._ca_file)
        parameters = {"format": "manifest"}
        if seq is not None:
            parameters["as_of"] = str(seq)
        if after:
            parameters["after"] = after
        try:
            headers = {"Authorization": f"Bearer {await self._tokens.token()}"}
            url = f"{self._url}/api/v1/jobs/{job_id}/export"
            async with self._http.stream("GET", url, params=parameters, headers=headers) as answer:
                await self._check(answer)
                yield _Export(answer)
        except (httpx.HTTPError, OSError) as error:
            raise JobsUnavailable(repr(error)) from error

    async def _check(self, answer: httpx.Response) -> None:
        if answer.status_code == httpx.codes.OK:
            return
        body = await answer.aread()
        if answer.status_code == httpx.codes.UNAUTHORIZED and self._tokens is not None:
            self._tokens.forget()
        elif answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR and answer.status_code != 429:
            raise JobNotExported(_detail(body) or f"the answer was {answer.status_code}.")
        raise JobsUnavailable(f"the answer was {answer.status_code}")

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()


def _detail(body: bytes) -> str:
    try:
        return str(orjson.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return ""  # a proxy answered, not label-service: the status must do


class _Export:
    def __init__(self, answer: httpx.Response) -> None:
        self._answer = answer
        self.seq = int(answer.headers[_SEQ])

    async def chunks(self) -> AsyncIterator[Sequence[Labeled]]:
        """Each piece of the answer; its last line is held back, and says whether all of it came."""
        digest, count, rest = hashlib.sha256(), 0, b""
        async for piece in self._answer.aiter_bytes():
            *lines, rest = (rest + piece).split(b"\n")
            items: list[Labeled] = []
            for line in lines:
                content = orjson.loads(line)
                if "source" not in content:
                    if (content["count"], content["sha256"]) != (count, digest.hexdigest()):
                        raise JobsUnavailable("the export arrived damaged")
                    yield items
                    return
                digest.update(line + b"\n")
                count += 1
                items.append(_labeled(content))
            yield items
        raise JobsUnavailable("the export broke off")


def _labeled(line: dict[str, object]) -> Labeled:
    bucket, _, path = str(line["source"]).removeprefix("s3://").partition("/")
    annotations = line["annotation"]
    names = [str(each["name"]) for each in annotations] if isinstance(annotations, list) else []
    return Labeled(SampleId(str(line["id"])), bucket, path, names, bool(line["hard"]))

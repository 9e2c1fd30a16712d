"""The web console's files when it was built, and a page that says so when it was not.

They are the same, with the same headers, in one process and behind nginx.
"""

import asyncio
import gzip
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

BUILT = Path(__file__).parents[1] / "console"
"""Where `make install` builds it."""

_PLACEHOLDER = Path(__file__).parent / "assets" / "placeholder.html"
_REFERENCE = "reference.html"
_NOT_PAGES = frozenset({"api", ".well-known", "assets", "healthz", "readyz", "metrics"})
_HASHED = "assets/"
_DOCUMENT = "index.html"
_COMPRESSED = frozenset({".js", ".css", ".svg", ".html"})
_LEAST_COMPRESSED = 1024


def routes(console: Path | None, headers: Mapping[str, str], stores: tuple[str, ...] = ()) -> list[BaseRoute]:
    """Routes for / and below, to be tried last. `stores` are the origins that files are uploaded to."""
    if console is not None and (console / _DOCUMENT).is_file():
        files = ConsoleFiles(console, policy=content_security_policy(stores))
        return [Mount("/", files)]

    async def placeholder(_: Request) -> Response:
        return FileResponse(_PLACEHOLDER, headers=headers)

    return [Route("/", placeholder)]


def reference(console: Path | None, headers: Mapping[str, str], stores: tuple[str, ...] = ()) -> Response:
    """The API reference: a page that is built with the console, under the same policy."""
    if console is None or not (console / _REFERENCE).is_file():
        return FileResponse(_PLACEHOLDER, headers=headers)
    return FileResponse(console / _REFERENCE, headers=_headers(content_security_policy(stores)))


def _headers(policy: str) -> dict[str, str]:
    return {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }


def content_security_policy(stores: tuple[str, ...]) -> str:
    """Nothing but our own files runs or is shown; uploads go to the object store directly."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' blob: data:",
            "font-src 'self'",
            " ".join(("connect-src 'self'", *stores)),
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


class ConsoleFiles(StaticFiles):
    """The console finds its own way by path, so a page that is no file is its one document."""

    def __init__(self, directory: Path, *, policy: str) -> None:
        super().__init__(directory=directory)
        self._document = directory / _DOCUMENT
        self._policy = policy
        self._smaller: dict[tuple[str, float], bytes] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await self._answer(path, scope)
        answer.headers.update(_headers(self._policy))
        # The names of built files hold their hash, so that a name never changes its bytes.
        if path.startswith(_HASHED):
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return await self._compressed(answer, Headers(scope=scope))

    async def _compressed(self, answer: Response, asked: Headers) -> Response:
        """Files are compressed once, and kept: all of them together have a megabyte."""
        if not isinstance(answer, FileResponse) or "range" in asked:
            return answer
        file = Path(answer.path)
        if file.suffix not in _COMPRESSED:
            return answer
        answer.headers.add_vary_header("Accept-Encoding")
        facts = await asyncio.to_thread(file.stat)
        if "gzip" not in asked.get("accept-encoding", "") or facts.st_size < _LEAST_COMPRESSED:
            return answer
        key = (str(file), facts.st_mtime)
        if key not in self._smaller:
            self._smaller[key] = await asyncio.to_thread(_compress, file)
        content = self._smaller[key]
        headers = MutableHeaders(headers=answer.headers)
        headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(content))
        return Response(content, headers=headers)

    async def _answer(self, path: str, scope: Scope) -> Response:
        try:
            if path != ".":
                return await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or not _is_page(path):
                raise
        return FileResponse(self._document)


def _compress(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), mtime=0)


def _is_page(path: str) -> bool:
    return PurePosixPath(path).parts[:1] not in {(name,) for name in _NOT_PAGES}

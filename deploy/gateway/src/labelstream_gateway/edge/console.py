"""The web console's files when it was built, and a page that says so when it was not."""

from collections.abc import Mapping
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_PLACEHOLDER = Path(__file__).parent / "assets" / "placeholder.html"
_NOT_PAGES = ("api/", ".well-known/")


def routes(console: Path | None, headers: Mapping[str, str]) -> list[BaseRoute]:
    """Routes for / and below, to be tried last."""
    if console is not None and (console / "index.html").is_file():
        return [Mount("/", ConsoleFiles(directory=console))]

    async def placeholder(_: Request) -> Response:
        return FileResponse(_PLACEHOLDER, headers=headers)

    return [Route("/", placeholder)]


class ConsoleFiles(StaticFiles):
    """The console finds its own way by path, so a page that is no file is its one document."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or path.startswith(_NOT_PAGES) or self.directory is None:
                raise
        return FileResponse(Path(self.directory) / "index.html", headers={"Cache-Control": "no-cache"})

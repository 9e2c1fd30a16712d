"""What one caller may have open at once: live streams, exports, quality reports, downloads. One more is refused, and
told when to come again.

Counted in this process. What lasts is counted with `places` in all processes of a service, too.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import ClassVar, Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from labelstream_common.auth import Caller
from labelstream_common.errors import TooManyRequests
from labelstream_common.http.places import GiveBack, Places

COME_AGAIN_SECONDS: Final = 5.0


class TooManyAtOnce(TooManyRequests):
    """`detail` is a template: `{most}` becomes the number that one caller can have."""

    detail: str
    come_again_seconds: ClassVar[float] = COME_AGAIN_SECONDS

    def __init__(self, most: int) -> None:
        super().__init__(self.detail.format(most=most), retry_after=self.come_again_seconds, limit=most)


class TooManyStreams(TooManyAtOnce):
    code = "too-many-streams"
    title = "Too many live streams"
    detail = "You can have {most} live streams open at once. Close one, or try again in a few seconds."


class TooManyExports(TooManyAtOnce):
    code = "too-many-exports"
    title = "Too many exports"
    detail = "You can have {most} exports under way at once. Wait for one to end, or try again in a few seconds."


class TooManyReports(TooManyAtOnce):
    code = "too-many-reports"
    title = "Too many quality reports"
    detail = (
        "You can have {most} quality reports under way at once. Wait for one to end, or try again in a few seconds."
    )


class TooManyDownloads(TooManyAtOnce):
    code = "too-many-downloads"
    title = "Too many downloads"
    detail = "You can have {most} downloads under way at once. Wait for one to end, or try again in a second."
    come_again_seconds = 1.0


@dataclass(frozen=True)
class Share:
    """How many answers of a kind one caller may be given at once, and the error of one more.

    Those that usually last (`everywhere`) are counted in all processes, which costs a write each.
    """

    name: str
    most: int
    error: type[TooManyAtOnce]
    everywhere: bool = True


LIVE_STREAMS: Final = Share("live-streams", 8, TooManyStreams)
EXPORTS: Final = Share("exports", 4, TooManyExports)
REPORTS: Final = Share("reports", 4, TooManyReports)
DOWNLOADS: Final = Share("downloads", 64, TooManyDownloads, everywhere=False)
"""Fits a page of whole images behind HTTP/2."""


class Shares:
    """What every caller has open: in one application, and with `places` in all processes of the service."""

    def __init__(self, places: Places | None = None) -> None:
        self._places = places
        self._open: Counter[str] = Counter()

    async def take(self, share: Share, caller: Caller) -> GiveBack:
        """Takes one; what it returns gives it back, once. Raises the share's error if the caller has all of them."""
        name, places = f"{share.name}:{caller.account_id}", self._places if share.everywhere else None
        if self._open[name] >= share.most:
            raise share.error(share.most)
        self._open[name] += 1
        taken = [name]

        def leave() -> None:
            if taken:
                self._open[taken.pop()] -= 1
                if not self._open[name]:
                    del self._open[name]

        try:
            give_back = None if places is None else await places.take(name, share.most)
        except BaseException:
            leave()
            raise
        if places is not None and give_back is None:
            leave()
            raise share.error(share.most)

        async def leave_everywhere() -> None:
            leave()
            if give_back is not None:
                await give_back()

        return leave_everywhere


class Shared(Response):
    """An answer that gives its share back when it has been sent, or when its reader has left."""

    def __init__(self, answer: Response, give_back: GiveBack) -> None:
        self._answer = answer
        self._give_back = give_back
        self.status_code = answer.status_code
        self.raw_headers = answer.raw_headers
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._answer(scope, receive, send)
        finally:
            await asyncio.shield(self._give_back())

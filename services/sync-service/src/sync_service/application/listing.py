"""A listing of a dataset's source while it is being read: the next page is fetched while this one is worked on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from labelstream_common.tasks import end
from sync_service.application.ports import ListedPage
from sync_service.domain.reconciliation import RANGE_OBJECTS, Listed, fitting

_PAGES_AHEAD = 3


class Listing:
    """The objects after a key, handed out in ranges. `began_at` is a time before the first page was asked for."""

    def __init__(self, pages: AsyncIterator[ListedPage], began_at: datetime) -> None:
        self.began_at = began_at
        self._pages: asyncio.Queue[ListedPage | BaseException | None] = asyncio.Queue(_PAGES_AHEAD)
        self._reader = asyncio.create_task(self._read(pages))
        self._objects: list[Listed] = []
        self._reached = ""
        self._ended = False

    async def upcoming(self) -> tuple[Sequence[Listed], str | None]:
        """The next range: its objects, not taken yet, and the key that it reaches to (None: the source's end).

        Raises what the object store raised.
        """
        while not self._ended and len(self._objects) < RANGE_OBJECTS:
            page = await self._pages.get()
            if isinstance(page, BaseException):
                raise page
            if page is None:
                self._ended = True
                break
            self._objects += page.objects
            self._reached = page.last_key
            if not page.objects and not self._objects:
                return (), self._reached  # nothing but other files: let what was stored there be compared
        count = fitting(self._objects)
        if count < len(self._objects):
            return self._objects[:count], self._objects[count - 1].path
        return self._objects[:count], None if self._ended else self._reached

    def take(self, count: int) -> None:
        """Takes the first `count` objects of the upcoming range: they are dealt with."""
        del self._objects[:count]

    async def close(self) -> None:
        await end((self._reader,))

    async def _read(self, pages: AsyncIterator[ListedPage]) -> None:
        try:
            async for page in pages:
                await self._pages.put(page)
        except Exception as error:
            await self._pages.put(error)
        else:
            await self._pages.put(None)

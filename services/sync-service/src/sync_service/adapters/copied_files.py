"""Files of the object store, copied to disk: formats that cannot be read from their beginning to their end."""

import asyncio
from typing import IO

from sync_service.application.ports import ObjectBytes
from sync_service.domain.imports import MOST_FILE_BYTES, UnreadableFile


async def copied(opened: ObjectBytes, copy: IO[bytes]) -> None:
    """Copies all of it and closes it. Raises UnreadableFile past 4 GB."""
    size = 0
    try:
        async for chunk in opened.chunks:
            size += len(chunk)
            if size > MOST_FILE_BYTES:
                raise UnreadableFile(f"The file has more than {MOST_FILE_BYTES:,} bytes.")
            await asyncio.to_thread(copy.write, chunk)
        copy.flush()
        copy.seek(0)
    finally:
        await opened.close()

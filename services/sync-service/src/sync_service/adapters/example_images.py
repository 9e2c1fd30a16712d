"""The example images as they are shipped, and where they are put.

`example_digits.gz` holds the test part of "Optical Recognition of Handwritten Digits" (E. Alpaydin and C. Kaynak, UCI
Machine Learning Repository, CC BY 4.0): 1,797 images of 8 × 8 bytes, each 0 (paper) to 16 (ink), one after the other.
"""

import asyncio
import gzip
import struct
import zlib
from functools import cached_property
from pathlib import Path

from labelstream_common.object_storage import ObjectStore
from sync_service.domain.dataset import DatasetId, Source

_FILE = Path(__file__).parent / "example_digits.gz"
_SIDE, _INK = 8, 16
_SCALE = 16
"""People want to see something."""
_AT_ONCE = 8


class StoredExampleImages:
    """In a bucket of the platform's own store, with a folder for each dataset."""

    def __init__(self, store: ObjectStore, bucket: str) -> None:
        self._store = store
        self._bucket = bucket

    @property
    def count(self) -> int:
        return len(self._pixels) // _SIDE**2

    def source(self, dataset_id: DatasetId) -> Source:
        return Source(self._bucket, f"digits/{dataset_id}/")

    async def prepare(self) -> None:
        await self._store.ensure_bucket(self._bucket)

    async def put(self, source: Source, start: int, end: int) -> None:
        images = await asyncio.to_thread(lambda: [self._png(number) for number in range(start, end)])
        room = asyncio.Semaphore(_AT_ONCE)

        async def put(number: int, image: bytes) -> None:
            async with room:
                await self._store.put(source.bucket, f"{source.prefix}{number:04}.png", image, media_type="image/png")

        await asyncio.gather(*(put(number, image) for number, image in enumerate(images, start)))

    @cached_property
    def _pixels(self) -> bytes:
        return gzip.decompress(_FILE.read_bytes())

    def _png(self, number: int) -> bytes:
        """Ink on white, in 8-bit grey (https://www.w3.org/TR/png-3/)."""
        pixels = self._pixels[number * _SIDE**2 : (number + 1) * _SIDE**2]
        shades = bytes(255 - ink * 255 // _INK for ink in pixels)
        rows = [shades[start : start + _SIDE] for start in range(0, len(shades), _SIDE)]
        # Each line begins with the number of its filter: 0 is none.
        lines = b"".join((b"\0" + bytes(shade for shade in row for _ in range(_SCALE))) * _SCALE for row in rows)
        header = struct.pack(">IIBBBBB", _SIDE * _SCALE, _SIDE * _SCALE, 8, 0, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

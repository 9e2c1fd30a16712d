"""Objects in the platform's own store: good images, and what is hostile about objects."""

import gzip
import io
import secrets
from collections.abc import Mapping

from minio import Minio
from PIL import Image

BOMB, LARGE = "bomb.png", "large.png"


def put_images(s3: Mapping[str, str], bucket: str, count: int) -> None:
    """`count` small images, one whose 680 kB become 700 MB, and one of 20 MB, more than the buffers on the way take."""
    store = Minio(
        s3["endpoint"].removeprefix("http://"),
        access_key=s3["access_key"],
        secret_key=s3["secret_key"],
        secure=False,
        region="us-east-1",
    )
    store.make_bucket(bucket)
    for number in range(count):
        content = io.BytesIO()
        Image.new("RGB", (64, 64), (number * 4, 0, 0)).save(content, "PNG")
        store.put_object(bucket, f"{number:03}.png", io.BytesIO(content.getvalue()), len(content.getvalue()))
    large = b"\x89PNG\r\n\x1a\n" + secrets.token_bytes(20_000_000)
    store.put_object(bucket, LARGE, io.BytesIO(large), len(large))
    bomb = bombed(700)
    store.put_object(bucket, BOMB, io.BytesIO(bomb), len(bomb), metadata={"Content-Encoding": "gzip"})


def bombed(megabytes: int) -> bytes:
    """So many megabytes of nothing behind the beginning of a PNG, compressed."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for _ in range(megabytes):
            file.write(bytes(1_000_000))
    return out.getvalue()

"""Addresses of object stores, and the two servers that the object-store tests run against."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from labelstream_local.stack import EmbeddedStack


@dataclass(frozen=True)
class ObjectStoreAddress:
    """Where an S3 server answers (`endpoint` is a URL), how to sign in, and which server it is."""

    endpoint: str
    access_key: str
    secret_key: str
    kind: str


@asynccontextmanager
async def embedded_object_store(data_dir: Path, kind: str) -> AsyncIterator[ObjectStoreAddress]:
    """`rclone`, or `minio` when its binary is on PATH, as a child process of its own."""
    stack = EmbeddedStack(data_dir, s3_kind=kind, secured=False)
    if kind == "minio":
        await stack.kafka.start()  # it will not start without the place it sends its notifications to
    await stack.s3.start()
    try:
        yield address_of(stack)
    finally:
        await stack.stop()


def address_of(stack: EmbeddedStack) -> ObjectStoreAddress:
    s3 = stack.s3
    return ObjectStoreAddress(s3.endpoint, s3.access_key, s3.secret_key, stack.credentials.s3_kind)


def minio_binary() -> str | None:
    return shutil.which("minio")

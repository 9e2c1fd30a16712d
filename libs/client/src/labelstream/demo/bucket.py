"""Puts the demonstration's files into an S3 bucket."""

import io
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from labelstream.demo.digits import PREFIX, Digit

NAME = "labelstream-demo"
_THREADS = 8


@dataclass(frozen=True)
class ObjectStoreAddress:
    """Where an S3 store is, as `labelstream status --json` names it."""

    endpoint: str
    access_key: str
    secret_key: str


def fill(address: ObjectStoreAddress, digits: Sequence[Digit], stored: Callable[[int], None]) -> None:
    """Make the bucket and put what is not there yet; `stored` is told how many more there are. Blocks; may repeat."""
    from minio import Minio  # noqa: PLC0415  # every command would pay for this import

    parts = urlsplit(address.endpoint if "//" in address.endpoint else f"http://{address.endpoint}")
    store = Minio(
        parts.netloc,
        access_key=address.access_key,
        secret_key=address.secret_key,
        secure=parts.scheme == "https",
        region="us-east-1",  # asking a bucket that is not there for its region is an error on some servers
    )
    if not store.bucket_exists(NAME):
        store.make_bucket(NAME)
    present = {(each.object_name, each.size) for each in store.list_objects(NAME, prefix=PREFIX, recursive=True)}
    absent = [digit for digit in digits if (digit.key, len(digit.png)) not in present]
    stored(len(digits) - len(absent))

    def put(digit: Digit) -> None:
        store.put_object(NAME, digit.key, io.BytesIO(digit.png), len(digit.png), content_type="image/png")
        stored(1)

    with ThreadPoolExecutor(_THREADS) as threads:
        list(threads.map(put, absent))

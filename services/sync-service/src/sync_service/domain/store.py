"""A source: an object store, and who may make datasets on which of its buckets. That is an administrator's decision.

SourceNotFound         there is no such source, or it is not for this caller to know of
BucketNotFound         there is no such bucket, or it is not granted: the same answer, so that nobody learns which
SourceNotGranted       a dataset's source is not granted any more to the account that made the dataset
InvalidSource          a field breaks a rule below
SourceRefused          the object store cannot be used with this address, this key, or these buckets
SourceInUse            datasets lie on it
TooManySources         there are as many as there may be
"""

import re
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, NewType
from urllib.parse import urlsplit

from labelstream_common.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from sync_service.domain.dataset import MAX_NAME, OWN_STORE, AccountId, Source, is_bucket_name, prefix_fault

MEMBERS: Literal["members"] = "members"
MAX_SOURCES, MAX_BUCKETS, MAX_GRANTED = 1_000, 1_000, 1_000
MAX_ENDPOINT, MAX_KEY = 1_024, 256
_REGION = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)

SealedSecret = NewType("SealedSecret", str)
"""A secret key that only the adapter that talks to the store can open."""


class SourceNotFound(NotFound):
    code = "source-not-found"
    title = "There is no such source"

    def __init__(self, source_id: str) -> None:
        super().__init__(f"There is no source {source_id}.")


class BucketNotFound(NotFound):
    code = "bucket-not-found"
    title = "Bucket not found"

    def __init__(self, bucket: str) -> None:
        super().__init__(f"There is no bucket {bucket!r}, or it is not granted to you.", bucket=bucket)


class SourceNotGranted(Forbidden):
    code = "source-not-granted"
    title = "The source is no longer granted"

    def __init__(self) -> None:
        super().__init__(
            "The source of this dataset is not granted to the account that made the dataset. Ask an administrator."
        )


class InvalidSource(Invalid):
    code = "invalid-source"


class SourceRefused(Invalid):
    code = "source-refused"
    title = "The object store cannot be used"


class SourceInUse(Conflict):
    code = "source-in-use"
    title = "The source is in use"


class TooManySources(Conflict):
    code = "too-many-sources"

    def __init__(self) -> None:
        super().__init__(f"There are {MAX_SOURCES:,} sources already. Delete some first.")


class GrantedBucket(NamedTuple):
    """A bucket, as far as its keys begin with `prefix`."""

    name: str
    prefix: str = ""


class SourceUser(NamedTuple):
    """Who wants to use a source."""

    account_id: AccountId
    is_admin: bool
    is_member: bool
    teams: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Connection:
    """Where an object store is, and the key to it. The secret is never shown, not even sealed."""

    endpoint: str
    region: str
    access_key: str
    secret: SealedSecret = field(repr=False)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port: two sources at the same address are the same store."""
        return address_of(self.endpoint)


def address_of(endpoint: str) -> tuple[str, int]:
    """Host and port of an endpoint; without a scheme it is `http`."""
    parts = urlsplit(endpoint if "://" in endpoint else f"http://{endpoint}")
    return (parts.hostname or "").rstrip("."), parts.port or (443 if parts.scheme == "https" else 80)


@dataclass(frozen=True, slots=True)
class ObjectSource:
    """`buckets` None means all that the store's key reaches; `granted_to` holds ids of accounts and teams.

    `connection` None: the platform's own store, whose address and key are in the settings.
    """

    id: str
    name: str
    buckets: tuple[GrantedBucket, ...] | None = None
    granted_to: Literal["members"] | tuple[str, ...] = ()
    version: int = 1
    connection: Connection | None = None

    @property
    def is_own(self) -> bool:
        return self.id == OWN_STORE

    def is_open_to(self, user: SourceUser) -> bool:
        """An administrator may use everything; an account that may make no datasets, nothing."""
        if user.is_admin:
            return True
        if not user.is_member:
            return False
        return self.granted_to == MEMBERS or not {user.account_id, *user.teams}.isdisjoint(self.granted_to)

    def allows(self, user: SourceUser, wanted: Source) -> bool:
        if not self.is_open_to(user):
            return False
        if user.is_admin or self.buckets is None:
            return True
        return any(each.name == wanted.bucket and wanted.prefix.startswith(each.prefix) for each in self.buckets)

    def changed(self, wanted: "ObjectSource") -> "ObjectSource":
        """The source with these fields, one version on; itself if nothing differs. Raises InvalidSource."""
        wanted = checked_source_fields(replace(wanted, id=self.id, version=self.version))
        return self if wanted == self else replace(wanted, version=self.version + 1)


def checked_source_fields(source: ObjectSource) -> ObjectSource:
    """The source with its name trimmed. Raises InvalidSource naming every field that breaks a rule."""
    name = source.name.strip()
    errors: list[FieldError] = []
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        errors.append(FieldError("/name", f"A name must have 1 to {MAX_NAME} characters on one line."))
    errors += _connection_errors(source.connection) if source.connection else ()
    for number, bucket in enumerate(source.buckets or ()):
        if not is_bucket_name(bucket.name):
            errors.append(FieldError(f"/buckets/{number}/name", "This cannot be the name of a bucket."))
        fault = prefix_fault(bucket.prefix)
        if fault is not None:
            errors.append(FieldError(f"/buckets/{number}/prefix", fault))
    if errors:
        raise InvalidSource("Some fields are invalid.", errors=errors)
    return replace(source, name=name)


def _connection_errors(connection: Connection) -> list[FieldError]:
    errors: list[FieldError] = []
    if not _is_endpoint(connection.endpoint):
        errors.append(
            FieldError("/endpoint", "Give the store's address as https://host or http://host:port, without a path.")
        )
    if not _REGION.fullmatch(connection.region):
        errors.append(FieldError("/region", "A region must have 1 to 63 letters, digits and hyphens, as us-east-1."))
    if not is_key(connection.access_key):
        errors.append(FieldError("/access_key", KEY_RULE))
    return errors


KEY_RULE = f"A key must have 1 to {MAX_KEY} visible characters of ASCII."


def is_key(text: str) -> bool:
    return 1 <= len(text) <= MAX_KEY and text.isascii() and text.isprintable() and " " not in text


def _is_endpoint(text: str) -> bool:
    if len(text) > MAX_ENDPOINT or not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False  # brackets without an IPv6 address, or a port that is no number
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and bare and port != 0

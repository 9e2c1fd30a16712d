"""A source: an object store, and who may make datasets on which of its buckets. That is an administrator's decision.

SourceNotFound         there is no such source, or it is not for this caller to know of
BucketNotFound         there is no such bucket, or it is not granted: the same answer, so that nobody learns which
InvalidSource          a field breaks a rule below
"""

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from labelstream_common.errors import FieldError, Invalid, NotFound
from sync_service.domain.dataset import MAX_NAME, AccountId, Source, is_bucket_name, prefix_fault

OWN_STORE = "platform"
MEMBERS: Literal["members"] = "members"
MAX_BUCKETS, MAX_GRANTED = 1_000, 1_000


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


class InvalidSource(Invalid):
    code = "invalid-source"


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
class ObjectSource:
    """`buckets` None means all that the store's key reaches; `granted_to` holds ids of accounts and teams."""

    id: str
    name: str
    buckets: tuple[GrantedBucket, ...] | None = None
    granted_to: Literal["members"] | tuple[str, ...] = ()
    version: int = 1

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
    name = source.name.strip()
    errors: list[FieldError] = []
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        errors.append(FieldError("/name", f"A name must have 1 to {MAX_NAME} characters on one line."))
    for number, bucket in enumerate(source.buckets or ()):
        if not is_bucket_name(bucket.name):
            errors.append(FieldError(f"/buckets/{number}/name", "This cannot be the name of a bucket."))
        fault = prefix_fault(bucket.prefix)
        if fault is not None:
            errors.append(FieldError(f"/buckets/{number}/prefix", fault))
    if errors:
        raise InvalidSource("Some fields are invalid.", errors=errors)
    return replace(source, name=name)

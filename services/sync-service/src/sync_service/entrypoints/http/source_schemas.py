"""Bodies and replies of the routes of sources."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from labelstream_common.http import (
    Body,
    Omittable,
    View,
)
from sync_service.application.ports import BucketTried, Vault
from sync_service.domain.store import (
    KEY_RULE,
    MAX_BUCKETS,
    MAX_GRANTED,
    MEMBERS,
    Connection,
    GrantedBucket,
    InvalidSource,
    ObjectSource,
    SealedSecret,
    is_key,
)

Text = Annotated[str, Field(max_length=4_096)]
SecretText = Annotated[SecretStr, Field(max_length=4_096)]


class GrantedBucketBody(Body):
    """A bucket, as far as its keys begin with the prefix."""

    name: Text
    prefix: Text = ""


Buckets = Annotated[
    list[GrantedBucketBody] | None, Field(max_length=MAX_BUCKETS, description="null: all that the key reaches")
]
GrantedTo = Literal["members"] | Annotated[list[Annotated[str, Field(max_length=128)]], Field(max_length=MAX_GRANTED)]


class NewSource(Body):
    """An object store to be added. `granted_to` empty: administrators only."""

    name: Text
    endpoint: Annotated[Text, Field(description="https://host or http://host:port")]
    region: Text = "us-east-1"
    access_key: Text
    secret_key: SecretText
    buckets: Buckets = None
    granted_to: GrantedTo = Field(default_factory=list)

    def source(self, source_id: str, vault: Vault) -> ObjectSource:
        """Raises InvalidSource or SourceRefused."""
        secret = _sealed(self.secret_key, source_id, vault)
        connection = Connection(_endpoint(self.endpoint), self.region, self.access_key, secret)
        granted = _granted(self.granted_to)
        return ObjectSource(source_id, self.name, _named(self.buckets), granted, connection=connection)


class SourceChanges(Body):
    """What is to be changed; a field that is not there stays as it is."""

    name: Omittable[Text] = None
    endpoint: Omittable[Text] = None
    region: Omittable[Text] = None
    access_key: Omittable[Text] = None
    secret_key: Omittable[SecretText] = None
    buckets: Buckets = None
    granted_to: Omittable[GrantedTo] = None

    def on(self, source: ObjectSource, vault: Vault) -> ObjectSource:
        """Raises InvalidSource or SourceRefused."""
        wanted = replace(source, connection=self._connection(source, vault))
        if self.name is not None:
            wanted = replace(wanted, name=self.name)
        if "buckets" in self.model_fields_set:
            wanted = replace(wanted, buckets=_named(self.buckets))
        if self.granted_to is not None:
            wanted = replace(wanted, granted_to=_granted(self.granted_to))
        return source.changed(wanted)

    def _connection(self, source: ObjectSource, vault: Vault) -> Connection | None:
        given = self.model_fields_set & {"endpoint", "region", "access_key", "secret_key"}
        connection = source.connection
        if connection is None:
            if given:
                raise InvalidSource(
                    "The address and the key of the platform's own store are in the operator's settings.",
                    pointer=f"/{min(given)}",
                )
            return None
        if self.endpoint is not None:
            connection = replace(connection, endpoint=_endpoint(self.endpoint))
        if self.region is not None:
            connection = replace(connection, region=self.region)
        if self.access_key is not None:
            connection = replace(connection, access_key=self.access_key)
        if self.secret_key is not None:
            connection = replace(connection, secret=_sealed(self.secret_key, source.id, vault))
        return connection


def _endpoint(text: str) -> str:
    return text.strip().rstrip("/")


def _sealed(secret: SecretText, source_id: str, vault: Vault) -> SealedSecret:
    text = secret.get_secret_value()
    if not is_key(text):
        raise InvalidSource(KEY_RULE, pointer="/secret_key")
    return vault.seal(source_id, text)


def _named(buckets: Buckets) -> tuple[GrantedBucket, ...] | None:
    return None if buckets is None else tuple(GrantedBucket(each.name, each.prefix) for each in buckets)


def _granted(granted_to: GrantedTo) -> Literal["members"] | tuple[str, ...]:
    return MEMBERS if granted_to == MEMBERS else tuple(dict.fromkeys(granted_to))


class GrantedBucketView(View):
    name: str
    prefix: str


class SourceSummary(View):
    """A source as whoever may use it sees it. `buckets` null: all."""

    id: str
    name: str
    buckets: list[GrantedBucketView] | None

    @classmethod
    def of(cls, source: ObjectSource) -> "SourceSummary":
        return cls(id=source.id, name=source.name, buckets=_buckets(source))


class ObjectSourceView(SourceSummary):
    """A source with its address and grants, for administrators. The secret is never shown.

    `granted_to`: `members`, or ids of accounts and teams. `endpoint`, `region` and `access_key` are null for the
    platform's own store, which the operator's settings name.
    """

    endpoint: str | None
    region: str | None
    access_key: str | None
    granted_to: Literal["members"] | list[str]
    version: int

    @classmethod
    def of(cls, source: ObjectSource) -> "ObjectSourceView":
        connection = source.connection
        return cls(
            id=source.id,
            name=source.name,
            buckets=_buckets(source),
            endpoint=connection and connection.endpoint,
            region=connection and connection.region,
            access_key=connection and connection.access_key,
            granted_to=MEMBERS if source.granted_to == MEMBERS else list(source.granted_to),
            version=source.version,
        )


class SourceTouchedView(View):
    """Which datasets use a source. A source in use cannot be deleted. At most the first 100."""

    dry_run: bool = True
    datasets: int
    dataset_ids: list[str]


class BucketTriedView(View):
    name: str
    ok: bool
    reason: str | None

    @classmethod
    def of(cls, tried: BucketTried) -> "BucketTriedView":
        return cls(name=tried.name, ok=tried.reason is None, reason=tried.reason)


class SourceTriedView(View):
    """Whether each bucket could be listed."""

    ok: bool
    buckets: list[BucketTriedView]


def _buckets(source: ObjectSource) -> list[GrantedBucketView] | None:
    if source.buckets is None:
        return None
    return [GrantedBucketView(name=each.name, prefix=each.prefix) for each in source.buckets]

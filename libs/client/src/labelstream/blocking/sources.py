# Generated from labelstream/aio by generate_blocking.py; change it there.
# ruff: noqa
"""Object stores, and who may make datasets on which of their buckets."""

from collections.abc import Iterator, Sequence
from typing import Literal

from labelstream.blocking.paging import every
from labelstream.blocking.transport import Transport
from labelstream.calls import Call, given, path_of
from labelstream.models import ObjectSource, Page, SourceTried, Touched

Buckets = Sequence[str]
"""Each `bucket` or `bucket/prefix`."""
GrantedTo = Literal["members"] | Sequence[str]
"""`members`, or ids of accounts and teams; nobody but administrators if it is empty."""


class Sources:
    """`/sources`. Everything but `list` is for administrators. `platform` is the platform's own store."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> Iterator[ObjectSource]:
        """The sources that you may make datasets on; an administrator's are all."""
        return every(self._transport, "/sources", Page[ObjectSource])

    def get(self, source_id: str) -> ObjectSource:
        return self._transport.send(Call("GET", path_of("sources", source_id), ObjectSource))

    def create(
        self,
        name: str,
        *,
        endpoint: str,
        access_key: str,
        secret_key: str,
        region: str | None = None,
        buckets: Buckets | None = None,
        granted_to: GrantedTo | None = None,
    ) -> ObjectSource:
        """Add an object store, if its buckets can be listed. Without `buckets` all that the key reaches."""
        body = given(
            name=name,
            endpoint=endpoint,
            access_key=access_key,
            secret_key=secret_key,
            region=region,
            buckets=_named(buckets),
            granted_to=granted_to,
        )
        return self._transport.send(Call("POST", "/sources", ObjectSource, body=body))

    def update(
        self,
        source_id: str,
        *,
        name: str | None = None,
        endpoint: str | None = None,
        access_key: str | None = None,
        secret_key: str | None = None,
        region: str | None = None,
        buckets: Buckets | Literal["all"] | None = None,
        granted_to: GrantedTo | None = None,
    ) -> ObjectSource:
        """Change what is given. Withdrawing a grant also affects existing datasets."""
        body = given(
            name=name,
            endpoint=endpoint,
            access_key=access_key,
            secret_key=secret_key,
            region=region,
            granted_to=granted_to,
        )
        if buckets is not None:
            body["buckets"] = None if buckets == "all" else _named(buckets)
        return self._transport.send(Call("PATCH", path_of("sources", source_id), ObjectSource, body=body))

    def test(self, source_id: str) -> SourceTried:
        """List one object of each bucket."""
        return self._transport.send(Call("POST", path_of("sources", f"{source_id}:test"), SourceTried))

    def delete(self, source_id: str) -> None:
        """Delete a source that no dataset uses, and its key. The objects stay where they are."""
        self._transport.send(Call("DELETE", path_of("sources", source_id), type(None)))

    def touched_by_deletion(self, source_id: str) -> Touched:
        """Which datasets use a source. Deletes nothing."""
        query = {"dry_run": True}
        return self._transport.send(Call("DELETE", path_of("sources", source_id), Touched, query=query))


def _named(buckets: Buckets | None) -> Sequence[dict[str, str]] | None:
    if buckets is None:
        return None
    return [{"name": name, "prefix": prefix} for name, _, prefix in (each.partition("/") for each in buckets)]

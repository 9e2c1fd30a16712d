"""Routes of sources: which object stores there are, and who may make datasets on their buckets."""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import Request, Response
from pydantic import Field

from labelstream_common.access import AccountRight
from labelstream_common.http import (
    Body,
    CurrentCaller,
    Omittable,
    PageView,
    Router,
    View,
    check_if_match,
    etag_of,
    policies,
)
from sync_service.application.sources import BucketTried, change_source, granted_sources, try_source, user_of
from sync_service.domain.store import (
    MAX_BUCKETS,
    MAX_GRANTED,
    MEMBERS,
    GrantedBucket,
    InvalidSource,
    ObjectSource,
    SourceNotFound,
)
from sync_service.entrypoints.http.guards import ports_of

router = Router(tags=["sources"])

Text = Annotated[str, Field(max_length=4_096)]
_ADMINISTRATORS = policies.account_may(AccountRight.MANAGE_SOURCES)


class GrantedBucketBody(Body):
    """A bucket, as far as its keys begin with the prefix."""

    name: Text
    prefix: Text = ""


class SourceChanges(Body):
    """What is to be changed; a field that is not there stays as it is."""

    name: Omittable[Text] = None
    buckets: Annotated[
        list[GrantedBucketBody] | None, Field(max_length=MAX_BUCKETS, description="null: all that the key reaches")
    ] = None
    granted_to: Omittable[
        Literal["members"] | Annotated[list[Annotated[str, Field(max_length=128)]], Field(max_length=MAX_GRANTED)]
    ] = None

    def on(self, source: ObjectSource) -> ObjectSource:
        wanted = source
        if self.name is not None:
            wanted = replace(wanted, name=self.name)
        if "buckets" in self.model_fields_set:
            buckets = self.buckets
            named = None if buckets is None else tuple(GrantedBucket(each.name, each.prefix) for each in buckets)
            wanted = replace(wanted, buckets=named)
        if self.granted_to is not None:
            granted = MEMBERS if self.granted_to == MEMBERS else tuple(dict.fromkeys(self.granted_to))
            wanted = replace(wanted, granted_to=granted)
        return source.changed(wanted)


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
    """A source with its grants, for administrators: `members`, or ids of accounts and teams."""

    granted_to: Literal["members"] | list[str]
    version: int

    @classmethod
    def of(cls, source: ObjectSource) -> "ObjectSourceView":
        granted = MEMBERS if source.granted_to == MEMBERS else list(source.granted_to)
        return cls(id=source.id, name=source.name, buckets=_buckets(source), granted_to=granted, version=source.version)


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


@router.get("/sources", policy=policies.signed_in())
async def get_sources(caller: CurrentCaller, request: Request) -> PageView[SourceSummary]:
    """What the caller may make datasets on; an administrator's are all sources."""
    ports = ports_of(request)
    found = await granted_sources(await user_of(caller, ports=ports), ports=ports)
    return PageView(items=[SourceSummary.of(source) for source in found], next_cursor=None)


@router.get("/sources/{source_id}", policy=_ADMINISTRATORS, errors=(SourceNotFound,))
async def get_source(source_id: str, request: Request, response: Response) -> ObjectSourceView:
    source = await ports_of(request).sources.get(source_id)
    response.headers["ETag"] = etag_of(source.version)
    return ObjectSourceView.of(source)


@router.patch(
    "/sources/{source_id}",
    policy=_ADMINISTRATORS,
    errors=(SourceNotFound, InvalidSource),
    present=ObjectSourceView.of,
)
async def patch_source(source_id: str, body: SourceChanges, request: Request, response: Response) -> ObjectSourceView:
    """Decides who may make datasets on which buckets. Datasets that are there stay."""

    def change(source: ObjectSource) -> ObjectSource:
        changed = body.on(source)  # what can never be right is told before what has only changed meanwhile
        check_if_match(request, etag_of(source.version))
        return changed

    source = await change_source(source_id, change, ports=ports_of(request))
    response.headers["ETag"] = etag_of(source.version)
    return ObjectSourceView.of(source)


@router.post("/sources/{source_id}:test", policy=_ADMINISTRATORS, errors=(SourceNotFound,))
async def test_source(source_id: str, request: Request) -> SourceTriedView:
    """Lists one page of each bucket that the source names."""
    tried = [BucketTriedView.of(each) for each in await try_source(source_id, ports=ports_of(request))]
    return SourceTriedView(ok=all(each.ok for each in tried), buckets=tried)

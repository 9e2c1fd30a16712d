"""The items of a job, and the labeling itself."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence

import msgspec

from labelstream.aio.operations import AsyncOperations
from labelstream.aio.paging import every
from labelstream.aio.transport import AsyncTransport
from labelstream.calls import Call, QueryValue, given, listed, path_of
from labelstream.models import ChangeResult, Decision, Grade, Item, ItemFilter, Operation, Page, Prediction, Stats
from labelstream.models.teams import Released, TakenItems


class AsyncItems:
    """`/jobs/{id}/items` and `/jobs/{id}/stats`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    def list(
        self, job_id: str, where: ItemFilter | None = None, *, sort: str | None = None, page_size: int = 1000
    ) -> AsyncIterator[Item]:
        query = {**_query(where), "sort": sort}
        return every(self._transport, path_of("jobs", job_id, "items"), Page[Item], query, page_size=page_size)

    async def page(
        self, job_id: str, where: ItemFilter | None = None, *, limit: int = 100, cursor: str | None = None
    ) -> Page[Item]:
        query = {**_query(where), "limit": limit, "cursor": cursor}
        return await self._transport.send(Call("GET", path_of("jobs", job_id, "items"), Page[Item], query=query))

    async def get(self, job_id: str, sample_id: str) -> Item:
        return await self._transport.send(Call("GET", path_of("jobs", job_id, "items", sample_id), Item))

    async def next(self, job_id: str, limit: int = 10) -> TakenItems:
        """Take items from the job's queue for half an hour. Asking again gives what you still have, and renews that."""
        path = path_of("jobs", job_id, "items:next")
        return await self._transport.send(Call("POST", path, TakenItems, body={"limit": limit}))

    async def release(self, job_id: str, sample_ids: Sequence[str], *, skip: bool = False) -> Released:
        """Give items back to the queue; with `skip` they are not offered to you again."""
        body = {"sample_ids": listed(sample_ids=sample_ids), "skip": skip}
        return await self._transport.send(Call("POST", path_of("jobs", job_id, "items:release"), Released, body=body))

    async def assign(
        self,
        job_id: str,
        sample_ids: Sequence[str] | None = None,
        *,
        to: str | None,
        where: ItemFilter | None = None,
        on_progress: Callable[[Operation], None] | None = None,
    ) -> ChangeResult:
        """Give items to somebody who works in the job, or with `to=None` to nobody: then they are dealt out again."""
        body = {**given(sample_ids=listed(sample_ids=sample_ids), filter=where), "to": to}
        path = path_of("jobs", job_id, "items:assign")
        return await _changed(self._transport, path, body, None, on_progress)

    async def stats_of(self, job_id: str, sample_ids: Sequence[str]) -> Stats:
        """Exact counts over up to 10,000 samples."""
        body = {"sample_ids": listed(sample_ids=sample_ids)}
        return await self._transport.send(Call("POST", path_of("jobs", job_id, "stats"), Stats, body=body))

    async def stats(self, job_id: str, where: ItemFilter | None = None) -> Stats:
        """Exact counts; without a filter they are read from counters, whatever the job's size."""
        return await self._transport.send(Call("GET", path_of("jobs", job_id, "stats"), Stats, query=_query(where)))


class AsyncAnnotations:
    """`/jobs/{id}/annotations`, predictions and their confirmation, and undo."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def apply(
        self,
        job_id: str,
        sample_ids: Sequence[str] | None = None,
        *,
        where: ItemFilter | None = None,
        add: Sequence[str] | None = None,
        remove: Sequence[str] | None = None,
        set: Sequence[str] | None = None,  # noqa: A002  # the contract's word
        replace: tuple[str, str] | None = None,
        hard: bool | None = None,
        expect: Mapping[str, int] | None = None,
        create_labels: bool | None = None,
        key: str | None = None,
        on_progress: Callable[[Operation], None] | None = None,
    ) -> ChangeResult:
        """Label 1 to 10,000 samples, or every item that matches `where`, and wait until it is done.

        Labels are named by id or name; an unknown name in `add` or `set` becomes a label unless `create_labels` is
        False. `replace` turns its first label into its second, on items that carry the first. `expect` maps sample ids
        to versions: an item that has another is left alone and listed in `conflicts`. `key` is the idempotency key,
        for callers that repeat over a restart of their own.
        """
        body = given(
            sample_ids=listed(sample_ids=sample_ids),
            filter=where,
            add=listed(add=add),
            remove=listed(remove=remove),
            set=listed(set=set),
            replace=None if replace is None else dict(zip(("from", "to"), replace, strict=True)),
            hard=hard,
            expect=expect,
            create_labels=create_labels,
        )
        return await _changed(self._transport, path_of("jobs", job_id, "annotations"), body, key, on_progress)

    async def predict(
        self,
        job_id: str,
        predictions: Sequence[Prediction],
        *,
        hard_above: float | None = None,
        key: str | None = None,
    ) -> ChangeResult:
        """Propose a model's labels for 1 to 1,000 samples. They count once a person confirms them.

        Samples whose prediction is at least as uncertain as `hard_above` (0 to 1) are marked as hard examples.
        """
        path, query = path_of("jobs", job_id, "predictions"), {"hard_above": hard_above}
        call = Call("POST", path, ChangeResult, query=query, body=list(predictions), key=key)
        return await self._transport.send(call)

    async def confirm(
        self,
        job_id: str,
        sample_ids: Sequence[str] | None = None,
        *,
        where: ItemFilter | None = None,
        labels: Sequence[str] | None = None,
        expect: Mapping[str, int] | None = None,
        key: str | None = None,
        on_progress: Callable[[Operation], None] | None = None,
    ) -> ChangeResult:
        """Confirm what waits on these samples or items: all proposed labels, or only `labels`."""
        body = _decision(sample_ids, where, labels, expect)
        return await _changed(self._transport, path_of("jobs", job_id, "items:confirm"), body, key, on_progress)

    async def reject(
        self,
        job_id: str,
        sample_ids: Sequence[str] | None = None,
        *,
        where: ItemFilter | None = None,
        labels: Sequence[str] | None = None,
        expect: Mapping[str, int] | None = None,
        key: str | None = None,
        on_progress: Callable[[Operation], None] | None = None,
    ) -> ChangeResult:
        """Take back what waits on these samples or items: all proposed labels, or only `labels`."""
        body = _decision(sample_ids, where, labels, expect)
        return await _changed(self._transport, path_of("jobs", job_id, "items:reject"), body, key, on_progress)

    async def review(
        self,
        job_id: str,
        sample_ids: Sequence[str] | None = None,
        *,
        decision: Decision,
        where: ItemFilter | None = None,
        grade: Grade | None = None,
        reason: str | None = None,
        expect: Mapping[str, int] | None = None,
        key: str | None = None,
        on_progress: Callable[[Operation], None] | None = None,
    ) -> ChangeResult:
        """Accept or reject the labels of these samples or items; rejected ones go back to whoever labeled them.

        What has nothing to review is left alone and listed in `conflicts`, and so is an item whose version differs
        from `expect`.
        """
        body = given(
            sample_ids=listed(sample_ids=sample_ids),
            filter=where,
            decision=decision,
            grade=grade,
            reason=reason,
            expect=expect,
        )
        return await _changed(self._transport, path_of("jobs", job_id, "items:review"), body, key, on_progress)

    async def undo(
        self,
        job_id: str,
        change_id: str,
        *,
        key: str | None = None,
        on_progress: Callable[[Operation], None] | None = None,
    ) -> ChangeResult:
        """Undo one change. Items that somebody changed since are left alone and listed in `conflicts`."""
        return await _changed(
            self._transport, path_of("jobs", job_id, "changes", f"{change_id}:undo"), None, key, on_progress
        )


class _Kind(msgspec.Struct):
    """Tells an operation (it has a state) from a result (it has none)."""

    state: str | None = None


async def _changed(
    transport: AsyncTransport,
    path: str,
    body: object,
    key: str | None,
    on_progress: Callable[[Operation], None] | None,
) -> ChangeResult:
    """What came of an edit of items, once it is done."""
    reply = await transport.send(Call("POST", path, msgspec.Raw, body=body, key=key))
    if msgspec.json.decode(reply, type=_Kind).state is None:
        return msgspec.json.decode(reply, type=ChangeResult)
    operation = msgspec.json.decode(reply, type=Operation)
    ended = await AsyncOperations(transport).wait(operation, on_progress=on_progress)
    return msgspec.convert(ended.result, ChangeResult)


def _decision(
    sample_ids: Sequence[str] | None,
    where: ItemFilter | None,
    labels: Sequence[str] | None,
    expect: Mapping[str, int] | None,
) -> dict[str, object]:
    return given(sample_ids=listed(sample_ids=sample_ids), filter=where, labels=listed(labels=labels), expect=expect)


def _query(where: ItemFilter | None) -> dict[str, QueryValue]:
    return {} if where is None else msgspec.structs.asdict(where)

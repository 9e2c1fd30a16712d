# Generated from labelstream/aio by generate_blocking.py; change it there.
# ruff: noqa
"""The label set of a job, its items, and the labeling itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from labelstream.blocking.operations import Operations
from labelstream.blocking.paging import every
from labelstream.blocking.transport import Transport
from labelstream.calls import Call, QueryValue, given, path_of
from labelstream.models import ChangeResult, Item, ItemFilter, Label, Operation, Page, Stats


class Labels:
    """`/jobs/{id}/labels`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, job_id: str) -> Iterator[Label]:
        return every(self._transport, path_of("jobs", job_id, "labels"), Page[Label])

    def create(self, job_id: str, name: str, *, color: str | None = None, shortcut: str | None = None) -> Label:
        body = given(name=name, color=color, shortcut=shortcut)
        return self._transport.send(Call("POST", path_of("jobs", job_id, "labels"), Label, body=body))

    def update(
        self,
        job_id: str,
        label_id: str,
        *,
        name: str | None = None,
        color: str | None = None,
        shortcut: str | None = None,
        if_match: str | None = None,
    ) -> Label:
        """A new name holds at once for every image, however many carry the label."""
        path = path_of("jobs", job_id, "labels", label_id)
        body = given(name=name, color=color, shortcut=shortcut)
        return self._transport.send(Call("PATCH", path, Label, body=body, if_match=if_match))

    def delete(self, job_id: str, label_id: str, *, images: Literal["keep", "delete"] = "keep") -> Operation:
        """Hidden at once; the operation then takes it off every item, with events.

        With `images="delete"` the images that carry only this label are deleted from the dataset, too.
        """
        path = path_of("jobs", job_id, "labels", label_id)
        return self._transport.send(Call("DELETE", path, Operation, query={"images": images}))

    def merge(self, job_id: str, labels: Sequence[str], *, into: str) -> Operation:
        body = {"from": list(labels), "into": into}
        return self._transport.send(Call("POST", path_of("jobs", job_id, "labels:merge"), Operation, body=body))


class Items:
    """`/jobs/{id}/items` and `/jobs/{id}/stats`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self, job_id: str, where: ItemFilter | None = None, *, sort: str | None = None, page_size: int = 1000
    ) -> Iterator[Item]:
        query = {**_query(where), "sort": sort}
        return every(self._transport, path_of("jobs", job_id, "items"), Page[Item], query, page_size=page_size)

    def page(
        self, job_id: str, where: ItemFilter | None = None, *, limit: int = 100, cursor: str | None = None
    ) -> Page[Item]:
        query = {**_query(where), "limit": limit, "cursor": cursor}
        return self._transport.send(Call("GET", path_of("jobs", job_id, "items"), Page[Item], query=query))

    def get(self, job_id: str, sample_id: str) -> Item:
        return self._transport.send(Call("GET", path_of("jobs", job_id, "items", sample_id), Item))

    def stats(self, job_id: str, where: ItemFilter | None = None) -> Stats:
        """Exact counts; without a filter they are read from counters, whatever the job's size."""
        return self._transport.send(Call("GET", path_of("jobs", job_id, "stats"), Stats, query=_query(where)))


class Annotations:
    """`/jobs/{id}/annotations`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def apply(
        self,
        job_id: str,
        sample_ids: Sequence[str] | None = None,
        *,
        where: ItemFilter | None = None,
        add: Sequence[str] | None = None,
        remove: Sequence[str] | None = None,
        set: Sequence[str] | None = None,  # noqa: A002  # the contract's word
        hard: bool | None = None,
        expect: Mapping[str, int] | None = None,
        create_labels: bool | None = None,
        key: str | None = None,
        on_progress: Callable[[Operation], None] | None = None,
    ) -> ChangeResult:
        """Label 1 to 10,000 samples, or every item that matches `where`, and wait until it is done.

        Labels are named by id or name; an unknown name in `add` or `set` becomes a label unless `create_labels` is
        False. `expect` maps sample ids to versions: an item that has another is left alone and listed in `conflicts`.
        `key` is the idempotency key, for callers that repeat over a restart of their own.
        """
        body = given(
            sample_ids=None if sample_ids is None else list(sample_ids),
            filter=where,
            add=add,
            remove=remove,
            set=set,
            hard=hard,
            expect=expect,
            create_labels=create_labels,
        )
        path = path_of("jobs", job_id, "annotations")
        reply = self._transport.send(Call("POST", path, msgspec.Raw, body=body, key=key))
        return self._ended(reply, on_progress)

    def _ended(self, reply: msgspec.Raw, on_progress: Callable[[Operation], None] | None) -> ChangeResult:
        if msgspec.json.decode(reply, type=_Kind).state is None:
            return msgspec.json.decode(reply, type=ChangeResult)
        operation = msgspec.json.decode(reply, type=Operation)
        ended = Operations(self._transport).wait(operation, on_progress=on_progress)
        return msgspec.convert(ended.result, ChangeResult)


class _Kind(msgspec.Struct):
    """Tells an operation (it has a state) from a result (it has none)."""

    state: str | None = None


def _query(where: ItemFilter | None) -> dict[str, QueryValue]:
    return {} if where is None else msgspec.structs.asdict(where)

"""Carries out the deletion of samples and its undoing: a thousand of the selected samples a transaction."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, NamedTuple

from labelstream_common.mongo import retried
from labelstream_common.operations import NONE_YET, Counted, Fence, Operation, Operations
from sync_service.application.overlaps import Whoever, foreign_sources, is_foreign
from sync_service.application.ports import Ports, Transaction
from sync_service.application.selection import Chunk, begun_chunk, named_chunk, next_chunk
from sync_service.application.stores import readable
from sync_service.domain.dataset import AccountId, Bucket, DatasetId
from sync_service.domain.events import Merged, SamplesAdded, SamplesRemoved
from sync_service.domain.reconciliation import Listed
from sync_service.domain.sample import Cause, Presence, Sample, SampleId, SampleNotFound
from sync_service.domain.store import SourceUser

MOST_NAMED = 10_000


@dataclass(frozen=True)
class SelectionProgress:
    """`changed` samples were deleted or restored. Ids are listed as far as the request named them, else the first."""

    after: str = ""
    changed: int = 0
    unchanged: int = 0
    missing: Counted = NONE_YET
    failed: Counted = NONE_YET
    begun: Sequence[str] = ()
    """The samples of the present chunk, noted before their objects are deleted. From then on a synchronization may find
    the objects gone, and take the samples out of the dataset, before this operation does."""

    @classmethod
    def of(cls, cursor: Mapping[str, Any] | None) -> "SelectionProgress":
        if cursor is None:
            return cls()
        return cls(**{**cursor, "missing": Counted(**cursor["missing"]), "failed": Counted(**cursor["failed"])})

    @property
    def done(self) -> int:
        return self.changed + self.unchanged + self.missing.count + self.failed.count

    def with_chunk(self, chunk: Chunk, changed: int, failed: Sequence[str]) -> "SelectionProgress":
        return replace(
            self,
            after=chunk.after or self.after,
            changed=self.changed + changed,
            unchanged=self.unchanged + len(chunk.samples) - changed - len(failed),
            missing=self.missing.plus(chunk.missing, most=MOST_NAMED),
            failed=self.failed.plus(failed),
            begun=(),
        )

    def result(self, verb: str) -> Mapping[str, Any]:
        return {
            verb: self.changed,
            "unchanged": self.unchanged,
            "missing": list(self.missing.examples),
            "failed": asdict(self.failed),
        }


class _Handler(ABC):
    """What both handlers share: a chunk of the selection is one transaction with its effect and its progress."""

    verb: ClassVar[str]
    filtered: ClassVar[Presence]
    """What a filter is about. Samples whose objects left the source are neither to be deleted nor to be restored."""

    def __init__(self, ports: Ports, operations: Operations) -> None:
        self._ports = ports
        self._operations = operations

    async def step(self, operation: Operation, fence: Fence) -> bool:
        progress = SelectionProgress.of(operation.cursor)
        chunk = await self._chunk(operation, progress)
        if self._notes_what_begins(operation) and not progress.begun:
            progress = await self._note(chunk, progress, operation, fence)
        return await self._step(chunk, progress, operation, fence)

    @retried
    async def _chunk(self, operation: Operation, progress: SelectionProgress) -> Chunk:
        params, ports = operation.params, self._ports
        dataset = await ports.datasets.get(params["dataset_id"])
        if params["named"]:
            return await named_chunk(operation, progress.after, operations=self._operations, ports=ports)
        if progress.begun:
            return await begun_chunk(dataset.id, progress.begun, ports.samples)
        return await next_chunk(params["path"], dataset.id, progress.after, ports.samples, presence=self.filtered)

    def _notes_what_begins(self, operation: Operation) -> bool:
        return False

    @retried
    async def _note(
        self, chunk: Chunk, progress: SelectionProgress, operation: Operation, fence: Fence
    ) -> SelectionProgress:
        progress = replace(progress, begun=[each.id for each in chunk.samples if each.is_present])
        async with self._ports.unit_of_work() as work:
            await self._operations.advance(work.session, operation, fence, cursor=asdict(progress))
        return progress

    @retried
    async def _step(self, chunk: Chunk, progress: SelectionProgress, operation: Operation, fence: Fence) -> bool:
        dataset_id = DatasetId(operation.params["dataset_id"])
        found = await self._prepare(chunk.samples, progress.begun, operation)
        async with self._ports.unit_of_work() as work:
            changed = await self._change(dataset_id, found, operation, work)
            progress = progress.with_chunk(chunk, changed, found.failed)
            if chunk.after is None:
                result = progress.result(self.verb)
                await self._operations.finish(work.session, operation, fence, result, done=progress.done)
            else:
                await self._operations.advance(
                    work.session,
                    operation,
                    fence,
                    done=progress.done,
                    cursor=asdict(progress),
                    result=progress.result(self.verb),
                )
        return chunk.after is None

    @abstractmethod
    async def _prepare(self, samples: Sequence[Sample], begun: Sequence[str], operation: Operation) -> "_Found":
        """What the object store has to do or to say first. `begun`: what an earlier run may have begun with."""

    @abstractmethod
    async def _change(self, dataset_id: DatasetId, found: "_Found", operation: Operation, work: Transaction) -> int:
        """Changes the samples inside the transaction; how many."""


class _Found(NamedTuple):
    """Samples to change, those that cannot be, and the objects that are there (for a restoration)."""

    ids: Sequence[SampleId]
    failed: Sequence[SampleId]
    objects: Mapping[SampleId, Listed]


class DeletingSamples(_Handler):
    """The handler of `delete-samples`. Objects go before their samples: a crash in between leaves nothing behind."""

    verb = "deleted"
    filtered = Presence.PRESENT

    def _notes_what_begins(self, operation: Operation) -> bool:
        return bool(operation.params["delete_source"])

    async def _prepare(self, samples: Sequence[Sample], begun: Sequence[str], operation: Operation) -> _Found:
        removed_since = {each.id for each in samples if each.presence is Presence.REMOVED} & set(begun)
        present = [each for each in samples if each.is_present or each.id in removed_since]
        failed: set[SampleId] = set()
        if operation.params["delete_source"]:
            who = Whoever(AccountId(operation.created_by), bool(operation.params.get("by_admin")))
            allowed = await self._allowed(present, operation)
            failed |= {each.id for each in present} - {each.id for each in allowed}
            for place, own in _by_place(allowed).items():
                failed |= await self._remove(place, own, {each.id: each.etag for each in allowed}, who)
        return _Found([each.id for each in present if each.id not in failed], sorted(failed), {})

    async def _allowed(self, samples: Sequence[Sample], operation: Operation) -> Sequence[Sample]:
        """Those in the dataset's own prefix, and of those imported from elsewhere what is granted to who deletes."""
        ports, params = self._ports, operation.params
        account = AccountId(operation.created_by)
        teams = frozenset(await ports.teams.teams_of(account))
        user = SourceUser(account, bool(params.get("by_admin")), bool(params.get("by_member")), teams)
        dataset = await ports.datasets.get(params["dataset_id"])
        may = {
            source_id: await readable(user, dataset, source_id, ports=ports)
            for source_id in {each.source_id for each in samples}
        }
        return [each for each in samples if may[each.source_id](each.bucket, each.path)]

    async def _remove(
        self, place: Bucket, own: Mapping[str, SampleId], etags: Mapping[SampleId, str], who: Whoever
    ) -> set[SampleId]:
        """Deletes the objects that are what the samples show, and nobody else's; the samples whose objects stay."""
        foreign = await foreign_sources(place, who, ports=self._ports)
        mine = [path for path in own if not is_foreign(path, foreign)]
        there = await self._ports.objects.present(place, mine)
        changed = {path for path, listed in there.items() if listed.etag != etags[own[path]]}
        stay = set(await self._ports.objects.remove(place, [path for path in mine if path not in changed]))
        return {own[path] for path in own if path in stay or path in changed or path not in mine}

    async def _change(self, dataset_id: DatasetId, found: _Found, operation: Operation, work: Transaction) -> int:
        gone = Presence.REMOVED if operation.params["delete_source"] else Presence.DELETED
        merged = await self._merged(dataset_id, operation, work)
        deleted = await delete(dataset_id, found.ids, gone, work, ports=self._ports, merged=merged)
        # Their objects are gone by this operation, whoever saw first that the samples are.
        return len(found.ids) if operation.params["delete_source"] else deleted

    async def _merged(self, dataset_id: DatasetId, operation: Operation, work: Transaction) -> Merged | None:
        """Raises SampleNotFound if what is to be kept has gone: then nothing more goes either."""
        into = operation.params.get("merge_into")
        if into is None:
            return None
        kept = (await self._ports.samples.load(dataset_id, [into], work)).get(into)
        if kept is None or not kept.is_present:
            raise SampleNotFound(into)
        return Merged(into, AccountId(operation.created_by), operation.id)


async def delete(
    dataset_id: DatasetId,
    ids: Sequence[SampleId],
    gone: Presence,
    work: Transaction,
    *,
    ports: Ports,
    merged: Merged | None = None,
) -> int:
    """Takes those of the samples that are there out of the dataset; how many. Raises DatasetNotFound."""
    stored = await ports.samples.load(dataset_id, ids, work)
    now = ports.clock.now()
    deleted = [each.now(gone, now) for each in stored.values() if each.is_present]
    await ports.samples.save(deleted, work)
    await ports.datasets.counted(dataset_id, -len(deleted), work)
    work.record(SamplesRemoved(deleted, Cause.DELETE, now, merged))
    return len(deleted)


class RestoringSamples(_Handler):
    """The handler of `restore-samples`. A sample whose object is gone cannot be restored, and is named as failed."""

    verb = "restored"
    filtered = Presence.DELETED

    async def _prepare(self, samples: Sequence[Sample], begun: Sequence[str], operation: Operation) -> _Found:
        now, period = self._ports.clock.now(), self._ports.trash_period
        absent = [each for each in samples if not each.is_present]
        late = {each.id for each in absent if not each.is_restorable(now, period)}
        objects: dict[SampleId, Listed] = {}
        for place, own in _by_place([each for each in absent if each.id not in late]).items():
            there = await self._ports.objects.present(place, list(own))
            objects |= {own[path]: listed for path, listed in there.items() if not listed.left_out}
        return _Found(list(objects), [each.id for each in absent if each.id not in objects], objects)

    async def _change(self, dataset_id: DatasetId, found: _Found, operation: Operation, work: Transaction) -> int:
        stored = await self._ports.samples.load(dataset_id, found.ids, work)
        now = self._ports.clock.now()
        restored = [
            each.with_bytes(listed.size, listed.etag, listed.media_type, now, inspects=self._ports.inspects)
            for each, listed in ((each, found.objects[each.id]) for each in stored.values())
            if not each.is_present
        ]
        await self._ports.samples.save(restored, work)
        await self._ports.datasets.counted(dataset_id, len(restored), work)
        work.record(SamplesAdded(restored, Cause.RESTORE, now))
        return len(restored)


def _by_place(samples: Sequence[Sample]) -> Mapping[Bucket, Mapping[str, SampleId]]:
    """The samples' ids by bucket and path."""
    found: dict[Bucket, dict[str, SampleId]] = {}
    for sample in samples:
        found.setdefault(sample.place, {})[sample.path] = sample.id
    return found

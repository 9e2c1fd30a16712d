"""Exporting a version, as an operation: a part, or some copies, a step, and `_SUCCESS.json` when all is there.

A step that is done again after a crash writes the same objects with the same content.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from labelstream_common.messaging import audited
from labelstream_common.mongo import retried
from labelstream_common.operations import NONE_YET, Counted, Fence, Operation, Operations
from labelstream_contracts import AuditAction, AuditSubject
from sync_service.application.export_copies import CopiedNames, write_copies
from sync_service.application.export_parts import write_document, write_part
from sync_service.application.export_rows import Export, Wrote
from sync_service.application.overlaps import Whoever, foreign_sources, meets
from sync_service.application.ports import Ports
from sync_service.application.sources import require_bucket, require_granted
from sync_service.application.version_ports import VersionPorts
from sync_service.domain.dataset import AccountId, Dataset, Source
from sync_service.domain.exported_folders import ExportedFolder
from sync_service.domain.store import SourceUser
from sync_service.domain.version import DatasetVersion, VersionNotFound
from sync_service.domain.version_export import (
    SUCCESS,
    SUCCESS_MEDIA_TYPE,
    CopiesWouldComeBack,
    Destination,
    DestinationNotEmpty,
    ExportFormat,
    InvalidDestination,
    success_document,
    takes_in,
)

KIND = "export-version"


@dataclass(frozen=True)
class ExportVersion:
    version: DatasetVersion
    form: ExportFormat
    destination: Destination
    by: AccountId


async def start_export(
    command: ExportVersion, user: SourceUser, *, ports: Ports, versions: VersionPorts, operations: Operations
) -> Operation:
    """Raises BucketNotFound for what is not granted, InvalidDestination where it would add to the data of others or
    copy the dataset's images into its own source, or DestinationNotEmpty."""
    destination = command.destination
    dataset = await ports.datasets.get(command.version.dataset_id)
    place = Source(destination.bucket, destination.prefix, dataset.source.source_id)
    await require_bucket(user, place, ports=ports)
    foreign = await foreign_sources(place.place, Whoever(user.account_id, user.is_admin), ports=ports)
    if any(meets(destination.prefix, source.prefix) for source in foreign):
        raise InvalidDestination(
            "The prefix also belongs to a dataset whose data you may not change.", pointer="/destination/prefix"
        )
    if command.form.copies and takes_in(dataset.source, destination):
        raise CopiesWouldComeBack(dataset.texts.name, command.version.name)
    target = await versions.target_of(dataset)
    if not await target.is_empty(destination.bucket, destination.prefix):
        raise DestinationNotEmpty(destination.bucket, destination.prefix)
    return await _start(command, place, user, ports, operations)


@retried
async def _start(
    command: ExportVersion, place: Source, user: SourceUser, ports: Ports, operations: Operations
) -> Operation:
    version = command.version
    params = {
        "dataset_id": version.dataset_id,
        "name": version.name,
        "id": version.id,
        "format": command.form.value,
        "bucket": command.destination.bucket,
        "prefix": command.destination.prefix,
        "by_admin": user.is_admin,
        "by_member": user.is_member,
    }
    async with ports.unit_of_work() as work:
        operation = await operations.start(
            KIND,
            params,
            by=command.by,
            session=work.session,
            total=version.counts.total,
            scope=await _scope(version, ports),
        )
        if command.form.copies:
            folder = ExportedFolder(place.place, place.prefix, version.dataset_id, version.name)
            await ports.exported_folders.note(folder, work)
        about = AuditSubject(kind="version", id=version.id)
        detail = {"dataset_id": version.dataset_id, "format": command.form.value}
        work.record(audited(AuditAction.EXPORTED, about, job_id=version.job_id, detail=detail))
        work.returns(operation)
    return operation


async def _scope(version: DatasetVersion, ports: Ports) -> str:
    """Its labels are those of the job, and so is the right to read them. After the job is gone it is the dataset's."""
    if await ports.jobs.dataset_of(version.job_id) is None:
        return f"dataset:{version.dataset_id}"
    return f"job:{version.job_id}"


@dataclass(frozen=True)
class ExportProgress:
    """How far an export has come: rows up to the sample `after` are written, `files` objects of `count` samples."""

    after: str = ""
    files: int = 0
    count: int = 0
    done: int = 0
    is_complete: bool = False
    left_out: Counted = NONE_YET
    moved: int = 0

    @classmethod
    def of(cls, cursor: Mapping[str, Any] | None) -> "ExportProgress":
        return cls() if cursor is None else cls(**{**cursor, "left_out": Counted(**cursor["left_out"])})

    def plus(self, wrote: Wrote) -> "ExportProgress":
        return ExportProgress(
            after=wrote.after,
            files=self.files + wrote.files,
            count=self.count + wrote.samples,
            done=self.done + wrote.done,
            is_complete=wrote.is_complete,
            left_out=replace(
                self.left_out.plus(wrote.left_out.examples), count=self.left_out.count + wrote.left_out.count
            ),
            moved=self.moved + wrote.moved,
        )


class Exporting:
    """The handler of `export-version`."""

    def __init__(self, ports: Ports, versions: VersionPorts, operations: Operations) -> None:
        self._ports = ports
        self._versions = versions
        self._operations = operations
        self._names = CopiedNames(versions.versions)

    async def step(self, operation: Operation, fence: Fence) -> bool:
        params = operation.params
        version = await self._versions.versions.get(params["dataset_id"], params["name"])
        if version.id != params["id"]:
            raise VersionNotFound(version.name)
        dataset = await self._ports.datasets.get(version.dataset_id)
        await self._require_destination(operation, dataset)
        export = Export(
            version,
            ExportFormat(params["format"]),
            dataset.source.source_id,
            await self._versions.target_of(dataset),
            Destination(params["bucket"], params["prefix"]),
        )
        progress = ExportProgress.of(operation.cursor)
        if not progress.is_complete:
            wrote = await self._write(export, operation, progress)
            await self._advance(operation, fence, progress.plus(wrote))
            return False
        await self._finish(export, operation, fence, progress)
        return True

    async def _require_destination(self, operation: Operation, dataset: Dataset) -> None:
        """Raises BucketNotFound where it was granted when the export was asked for, and is not any more.

        An export that an earlier release began does not say whether an administrator asked for it: it goes on.
        """
        ports, params = self._ports, operation.params
        if "by_admin" not in params:
            return
        account = AccountId(operation.created_by)
        teams = frozenset(await ports.teams.teams_of(account))
        user = SourceUser(account, bool(params["by_admin"]), bool(params["by_member"]), teams)
        place = Source(params["bucket"], params["prefix"], dataset.source.source_id)
        await require_granted(user, place, ports=ports)

    async def _write(self, export: Export, operation: Operation, progress: ExportProgress) -> Wrote:
        ports, versions = self._ports, self._versions
        if export.form.copies:
            repeated = await self._names.repeated(operation.id, export.version, export.form)
            return await write_copies(export, repeated, progress.after, ports=ports, versions=versions)
        if export.form is ExportFormat.COCO:
            return await write_document(export, progress.files, ports=ports, versions=versions)
        return await write_part(export, progress.files, progress.after, ports=ports, versions=versions)

    @retried
    async def _advance(self, operation: Operation, fence: Fence, progress: ExportProgress) -> None:
        async with self._ports.unit_of_work() as work:
            await self._operations.advance(
                work.session,
                operation,
                fence,
                done=progress.done,
                cursor=asdict(progress),
                result=_result(operation, progress),
            )

    async def _finish(self, export: Export, operation: Operation, fence: Fence, progress: ExportProgress) -> None:
        version = export.version
        content = {
            "dataset_id": version.dataset_id,
            "version": version.name,
            "format": operation.params["format"],
            "seq": version.seq,
            "count": progress.count,
            "files": progress.files,
            "left_out": progress.left_out.count,
            "moved": progress.moved,
            "digest": version.digest,
        }
        await export.put(SUCCESS, success_document(content), SUCCESS_MEDIA_TYPE)
        await self._end(operation, fence, {**_result(operation, progress), "digest": version.digest}, progress.done)
        self._names.forget(operation.id)

    @retried
    async def _end(self, operation: Operation, fence: Fence, result: Mapping[str, Any], done: int) -> None:
        async with self._ports.unit_of_work() as work:
            await self._operations.finish(work.session, operation, fence, result, done=done)


def _result(operation: Operation, progress: ExportProgress) -> Mapping[str, Any]:
    params = operation.params
    return {
        "format": params["format"],
        "destination": {"bucket": params["bucket"], "prefix": params["prefix"]},
        "count": progress.count,
        "files": progress.files,
        "left_out": asdict(progress.left_out),
        "moved": progress.moved,
    }

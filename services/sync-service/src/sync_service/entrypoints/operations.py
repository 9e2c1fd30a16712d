"""What carries operations on, and for how long: as long as whoever started one still may."""

from collections.abc import Mapping
from functools import partial

from starlette.requests import Request

from labelstream_common.access import JobRight
from labelstream_common.http import Caller
from labelstream_common.operations import (
    Alongside,
    Cancelling,
    Operation,
    OperationHandler,
    Operations,
    Sees,
    WhilePermitted,
)
from sync_service.application import (
    delete_dataset,
    delete_samples,
    example_images,
    export_version,
    imports,
    publish_version,
    synchronize,
)
from sync_service.application.auto_sync import SYSTEM
from sync_service.application.deleting_samples import DeletingSamples, RestoringSamples
from sync_service.application.importing import Importing
from sync_service.application.ports import Inspections, Ports
from sync_service.application.synchronizing import Synchronizing
from sync_service.application.version_ports import VersionPorts
from sync_service.application.visibility import Visibility
from sync_service.domain.dataset import DatasetId
from sync_service.entrypoints.http.guards import visibility_of

# What was revoked ends within a second, and reading a large import or version takes minutes.
_LOOKS_EVERY = 0.5


def handlers(
    ports: Ports,
    versions: VersionPorts,
    inspections: Inspections,
    operations: Operations,
    visibility: Visibility,
) -> Mapping[str, OperationHandler]:
    permitted = partial(while_permitted, visibility)
    return {
        synchronize.KIND: permitted(Synchronizing(ports, operations), JobRight.SYNCHRONIZE),
        delete_samples.DELETE: permitted(DeletingSamples(ports, operations), JobRight.MANAGE_DATA),
        delete_samples.RESTORE: permitted(RestoringSamples(ports, operations), JobRight.MANAGE_DATA),
        imports.KIND: permitted(Importing(ports, operations), JobRight.MANAGE_DATA),
        delete_dataset.KIND: delete_dataset.DeletingDataset(ports, operations, versions, inspections),
        publish_version.KIND: permitted(publish_version.Publishing(ports, versions, operations), JobRight.EXPORT),
        export_version.KIND: permitted(export_version.Exporting(ports, versions, operations), JobRight.EXPORT),
        example_images.KIND: example_images.PuttingExampleImages(ports, operations),
    }


def cancelling(ports: Ports, versions: VersionPorts, operations: Operations) -> Cancelling:
    """What is cancelled before it began ends here, and its record with it."""

    async def cancel(ending: Alongside, operation: Operation, _by: str) -> Operation:
        return await operations.cancel(operation.id, ending)

    return Cancelling(
        {
            imports.KIND: partial(cancel, imports.ending(ports)),
            synchronize.KIND: partial(cancel, synchronize.ending(ports)),
            publish_version.KIND: partial(cancel, publish_version.ending(ports, versions)),
        }
    )


async def _sees(request: Request, operation: Operation, caller: Caller) -> bool:
    """For operations on a dataset, and those on a job that somebody joined through another job or the dataset."""
    kind, _, identifier = operation.scope.partition(":")
    dataset_id = identifier if kind == "dataset" else operation.params.get("dataset_id")
    return dataset_id is not None and await visibility_of(request).sees_work(dataset_id, caller)


SEES: Mapping[str, Sees] = {"dataset": _sees, "job": _sees}


def while_permitted(visibility: Visibility, handler: OperationHandler, right: JobRight) -> OperationHandler:
    async def may(operation: Operation) -> bool:
        if not await visibility.source_is_granted(DatasetId(operation.params["dataset_id"])):
            return False
        if operation.params.get("by_admin") and not await visibility.administers(operation.created_by):
            return False  # what it may read and delete was decided by what they were
        asked = (operation.created_by, *operation.joined_by)
        return SYSTEM in asked or any([await visibility.still(by, operation.scope, right) for by in asked])

    return WhilePermitted(handler, may, looks_every=_LOOKS_EVERY)

"""Presigned URLs by which a client puts images and files of labels into a dataset's bucket itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from labelstream_common.errors import FieldError
from sync_service.application.overlaps import Whoever, foreign_sources, is_foreign
from sync_service.application.ports import Ports
from sync_service.domain.uploads import InvalidUpload, Upload, checked_uploads

# For so long an import of uploads finds what was put.
IMPORTED_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class UploadTicket:
    path: str
    url: str
    media_type: str
    expires_at: datetime


async def open_uploads(dataset_id: str, files: Sequence[Upload], who: Whoever, *, ports: Ports) -> list[UploadTicket]:
    """A URL for each file, or InvalidUpload and none. What was put becomes a sample by synchronizing."""
    dataset = await ports.datasets.get(dataset_id)
    uploads = checked_uploads(files, dataset.source, image_bytes=ports.limits.image_bytes)
    foreign = await foreign_sources(dataset.source.place, who, ports=ports)
    errors = [
        FieldError(f"/files/{number}/path", "The path also belongs to a dataset whose data you may not change.")
        for number, upload in enumerate(uploads)
        if is_foreign(upload.path, foreign)
    ]
    if errors:
        raise InvalidUpload("Nothing can be uploaded: some paths belong to others as well.", errors=errors)
    now = ports.clock.now()
    expires_at = now + timedelta(seconds=ports.limits.url_seconds)
    await ports.upload_tickets.keep(dataset.id, [upload.path for upload in uploads], now + IMPORTED_WITHIN)
    return [
        UploadTicket(
            upload.path,
            await ports.objects.upload_url(dataset.source.place, upload),
            upload.media_type or "",
            expires_at,
        )
        for upload in uploads
    ]

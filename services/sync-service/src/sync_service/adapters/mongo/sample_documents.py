"""A sample as MongoDB holds it. What is as usual takes no room there: millions are stored."""

from labelstream_common.mongo import Document
from sync_service.domain.dataset import OWN_STORE, DatasetId
from sync_service.domain.sample import Presence, Sample, SampleId, SampleLabel

PRESENCES = {presence.value: presence for presence in Presence}
_OPTIONAL = ("width", "height", "hard", "hardness", "extra", "reason", "imported_by", "lost_at")


def document_of(sample: Sample) -> Document:
    document: Document = {
        "_id": f"{sample.dataset_id}:{sample.id}",
        "dataset_id": sample.dataset_id,
        "bucket": sample.bucket,
        "path": sample.path,
        "size": sample.size,
        "etag": sample.etag,
        "media_type": sample.media_type,
        "added_at": sample.added_at,
        "changed_at": sample.changed_at,
        "version": sample.version,
        "presence": sample.presence.value,
    }
    if sample.source_id != OWN_STORE:
        document["source_id"] = sample.source_id
    for field in _OPTIONAL:
        value = getattr(sample, field)
        if value is not None:
            document[field] = value
    if sample.labels:
        document["labels"] = [list(label) for label in sample.labels]
    if sample.content_changed:
        document["content_changed"] = True
    if sample.overwritten:
        document["overwritten"] = sample.overwritten
    if sample.state != "new":
        document["state"] = sample.state
    for hash_field in ("sha256", "sha256_before"):
        if value := getattr(sample, hash_field):
            document[hash_field] = value
    return document


def sample_of(document: Document) -> Sample:
    dataset_id = document["dataset_id"]
    return Sample(
        id=SampleId(document["_id"][len(dataset_id) + 1 :]),
        dataset_id=DatasetId(dataset_id),
        bucket=document["bucket"],
        path=document["path"],
        size=document["size"],
        etag=document["etag"],
        media_type=document["media_type"],
        added_at=document["added_at"],
        changed_at=document["changed_at"],
        version=document["version"],
        presence=PRESENCES[document["presence"]],
        width=document.get("width"),
        height=document.get("height"),
        labels=tuple(SampleLabel(*label) for label in document.get("labels", ())),
        hard=document.get("hard"),
        hardness=document.get("hardness"),
        source_id=document.get("source_id", OWN_STORE),
        content_changed=document.get("content_changed", False),
        overwritten=document.get("overwritten", int(document.get("content_changed", False))),
        state=document.get("state", "new"),
        reason=document.get("reason"),
        sha256=document.get("sha256", ""),
        sha256_before=document.get("sha256_before", ""),
        imported_by=document.get("imported_by"),
        extra=document.get("extra"),
        lost_at=document.get("lost_at"),
    )

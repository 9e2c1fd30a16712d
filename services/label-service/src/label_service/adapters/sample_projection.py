"""The samples of each dataset, numbered: every change takes the dataset's next `rev`, which jobs then follow.

Removed samples stay as tombstones, so that a job that comes later, or lags, sees them go.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pymongo import InsertOne, ReplaceOne

from label_service.adapters.collections import DATASETS, SAMPLES
from label_service.adapters.documents import searched_path_fields
from label_service.adapters.preparations import Preparations
from labelstream_common.messaging import Received
from labelstream_common.mongo import Database, Session, upserted
from labelstream_contracts.events import DatasetDeleted, DatasetPayload, MergedInto, SamplePayload, SampleTold


class SampleProjection:
    """Follows `labeling.sample.v1` and `labeling.dataset.v1`."""

    def __init__(self, database: Database) -> None:
        self._samples = database[SAMPLES]
        self._datasets = database[DATASETS]
        self._preparations = Preparations(database)

    async def apply_samples(self, events: Sequence[Received], session: Session) -> None:
        """Stores what is newer than what is here; a batch may hold a sample several times. Then counts the markers."""
        await self._apply_samples(events, session)
        await self._preparations.count(
            [event.payload for event in events if isinstance(event.payload, SampleTold)], session
        )

    async def _apply_samples(self, events: Sequence[Received], session: Session) -> None:
        latest: dict[str, SamplePayload] = {}
        for event in events:
            sample = event.payload
            if isinstance(sample, SamplePayload) and (
                sample.sample_id not in latest or sample.version > latest[sample.sample_id].version
            ):
                latest[sample.sample_id] = sample
        if not latest:
            return
        ids = list(latest)
        rows = self._samples.find({"_id": {"$in": ids}}, {"version": 1}, session=session)
        known = {row["_id"]: row["version"] for row in await rows.batch_size(len(ids) + 1).to_list(None)}
        newer: dict[str, list[SamplePayload]] = defaultdict(list)
        for sample in latest.values():
            if sample.version > known.get(sample.sample_id, -1):
                newer[sample.dataset_id].append(sample)
        for dataset_id, samples in newer.items():
            await self._store(dataset_id, samples, known, session)

    async def _store(
        self, dataset_id: str, samples: Sequence[SamplePayload], known: dict[str, int], session: Session
    ) -> None:
        dataset = await upserted(
            self._datasets,
            {"_id": dataset_id},
            {"$inc": {"rev": len(samples), "moves": 1}, "$set": {"behind": True}},
            session=session,
        )
        first = dataset["rev"] - len(samples) + 1
        operations: list[Any] = []
        for rev, sample in enumerate(sorted(samples, key=lambda one: one.sample_id), first):
            row = _row(sample, rev)
            operations.append(
                ReplaceOne({"_id": sample.sample_id}, row) if sample.sample_id in known else InsertOne(row)
            )
        await self._samples.bulk_write(operations, ordered=False, session=session)

    async def apply_datasets(self, events: Sequence[Received], session: Session) -> None:
        """Stores what is newer than what is here: an event that comes again does not bring a dataset back."""
        for event in events:
            dataset = event.payload
            if isinstance(dataset, DatasetPayload):
                state = {"deleted": isinstance(dataset, DatasetDeleted), "version": dataset.version}
                is_newer = {"$lt": [{"$ifNull": ["$version", -1]}, dataset.version]}
                fields = {name: {"$cond": [is_newer, value, f"${name}"]} for name, value in state.items()}
                await self._datasets.update_one(
                    {"_id": dataset.dataset_id}, [{"$set": fields}], upsert=True, session=session
                )


def _of_labels(sample: SamplePayload) -> dict[str, Any]:
    """What few labels have: that they are to be confirmed, and how sure somebody was."""
    sure = [[label.name, label.confidence] for label in sample.labels if label.confidence is not None]
    waiting = any(label.to_confirm for label in sample.labels)
    return {**({"to_confirm": True} if waiting else {}), **({"confidences": sure} if sure else {})}


def _merged(merged: MergedInto) -> dict[str, Any]:
    return {"merged": [merged.sample_id, merged.by, merged.change_id]}


def _row(sample: SamplePayload, rev: int) -> dict[str, Any]:
    return {
        "_id": sample.sample_id,
        "dataset_id": sample.dataset_id,
        "rev": rev,
        "version": sample.version,
        "bucket": sample.bucket,
        **searched_path_fields(sample.path),
        "etag": sample.etag,
        "labels": [label.name for label in sample.labels],
        "hard": sample.hard,
        "hardness": sample.hardness,
        **_of_labels(sample),
        **({"content_changed": True} if sample.content_changed else {}),
        **({"overwritten": sample.overwritten} if sample.overwritten else {}),
        **({"state": sample.state} if sample.state != "new" else {}),
        **({"reason": sample.reason} if sample.reason is not None else {}),
        **(_merged(sample.merged) if sample.removed and sample.merged else {}),
        "removed": sample.removed,
    }

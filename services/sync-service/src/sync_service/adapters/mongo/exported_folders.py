"""Folders that images were copied to: a document each, by bucket."""

from collections.abc import Sequence

from labelstream_common.mongo import Database, Document
from sync_service.adapters.mongo import EXPORTED_FOLDERS
from sync_service.application.ports import Transaction
from sync_service.domain.dataset import Bucket, DatasetId
from sync_service.domain.exported_folders import ExportedFolder


class MongoExportedFolders:
    def __init__(self, database: Database) -> None:
        self._folders = database[EXPORTED_FOLDERS]

    async def note(self, folder: ExportedFolder, work: Transaction) -> None:
        place = folder.place
        document: Document = {
            "_id": f"{place.name}:{place.source_id}:{folder.prefix}",
            "bucket": place.name,
            "source_id": place.source_id,
            "prefix": folder.prefix,
            "dataset_id": folder.dataset_id,
            "version": folder.version,
        }
        await self._folders.replace_one({"_id": document["_id"]}, document, upsert=True, session=work.session)

    async def on_bucket(self, bucket: str) -> Sequence[ExportedFolder]:
        found = await self._folders.find({"bucket": bucket}, hint="bucket").to_list(None)
        return [
            ExportedFolder(
                Bucket(row["source_id"], row["bucket"]), row["prefix"], DatasetId(row["dataset_id"]), row["version"]
            )
            for row in found
        ]

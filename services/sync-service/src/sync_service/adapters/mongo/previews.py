"""What dry runs under way would have made of samples: a document an image, which expires if nobody forgets it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import blake2b

from pymongo import ReplaceOne

from labelstream_common.clock import Clock
from labelstream_common.mongo import Database, Document
from sync_service.adapters.mongo import PREVIEWS
from sync_service.adapters.mongo.sample_documents import document_of, sample_of
from sync_service.application.ports import Transaction
from sync_service.domain.imports import ImportId
from sync_service.domain.sample import Sample

_KEPT_FOR = timedelta(days=7)


class MongoPreviews:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._previews = database[PREVIEWS]
        self._clock = clock

    async def at(
        self, import_id: ImportId, places: Sequence[tuple[str, str]], work: Transaction
    ) -> Mapping[tuple[str, str], Sample]:
        keys = [_key(import_id, *place) for place in places]
        rows = await self._previews.find({"_id": {"$in": keys}}, session=work.session).to_list(len(keys) or 1)
        found = [sample_of(row["sample"]) for row in rows]
        return {(sample.bucket, sample.path): sample for sample in found}

    async def keep(self, import_id: ImportId, samples: Sequence[Sample], work: Transaction) -> None:
        expires_at = self._clock.now() + _KEPT_FOR
        documents: list[Document] = [
            {"_id": _key(import_id, each.bucket, each.path), "sample": document_of(each), "expires_at": expires_at}
            for each in samples
        ]
        if documents:
            writes = [ReplaceOne({"_id": each["_id"]}, each, upsert=True) for each in documents]
            await self._previews.bulk_write(writes, ordered=False, session=work.session)

    async def forget(self, import_id: ImportId) -> None:
        await self._previews.delete_many({"_id": {"$gte": f"{import_id}:", "$lt": f"{import_id};"}})


def _key(import_id: ImportId, bucket: str, path: str) -> str:
    place = blake2b(f"{bucket}/{path}".encode(errors="surrogatepass"), digest_size=16)
    return f"{import_id}:{place.hexdigest()}"

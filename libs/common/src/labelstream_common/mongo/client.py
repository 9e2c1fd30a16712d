"""The only module that names the MongoDB driver, so that another one can take its place in one line."""

from datetime import UTC
from typing import Any, TypeAlias

from bson.codec_options import CodecOptions
from pymongo import AsyncMongoClient, ReturnDocument
from pymongo.asynchronous.change_stream import AsyncChangeStream
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

Document: TypeAlias = dict[str, Any]
Client: TypeAlias = AsyncMongoClient[Document]
Database: TypeAlias = AsyncDatabase[Document]
Collection: TypeAlias = AsyncCollection[Document]
Cursor: TypeAlias = AsyncCursor[Document]
Session: TypeAlias = AsyncClientSession
ChangeStream: TypeAlias = AsyncChangeStream[Document]

_CODEC: CodecOptions[Document] = CodecOptions(tz_aware=True, tzinfo=UTC)


def connect(url: str, *, app_name: str, ca_file: str | None = None, certificate_file: str | None = None) -> Client:
    """A client of the replica set at `url`. Does no I/O; the first operation connects.

    Datetimes come back aware, in UTC. Servers that do not answer within 10 s make an operation fail, and a
    call that is under way is given up after 30 s, so that no request hangs on a dead connection. Either file turns TLS
    on; `url` can, too (`tls=true`).
    """
    files = {"tlsCAFile": ca_file, "tlsCertificateKeyFile": certificate_file}
    tls: dict[str, Any] = {name: file for name, file in files.items() if file is not None}
    return AsyncMongoClient(
        url,
        appname=app_name,
        tz_aware=True,
        tzinfo=UTC,
        w="majority",
        retryWrites=True,
        retryReads=True,
        serverSelectionTimeoutMS=10_000,
        connectTimeoutMS=5_000,
        socketTimeoutMS=30_000,
        maxPoolSize=100,
        **({"tls": True, **tls} if tls else {}),
    )


def database_of(client: Client, name: str) -> Database:
    """The database `name`, read at majority: what was read is never rolled back."""
    return client.get_database(name, codec_options=_CODEC, read_concern=ReadConcern("majority"))


def majority(collection: Collection) -> Collection:
    """The same collection, with reads and writes at majority said on the collection itself."""
    return collection.with_options(read_concern=ReadConcern("majority"), write_concern=WriteConcern("majority"))


async def upserted(
    collection: Collection, query: Document, update: Document, *, session: Session | None = None
) -> Document:
    """The one document of `query` as `update` leaves it; it is made if there was none."""
    found = await collection.find_one_and_update(
        query, update, upsert=True, return_document=ReturnDocument.AFTER, session=session
    )
    assert found is not None, "an upsert leaves a document"  # noqa: S101 - states the driver's contract
    return found

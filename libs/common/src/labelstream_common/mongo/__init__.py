"""MongoDB as the services use it: one client module, transactions, migrations of indexes, keyset cursors."""

from labelstream_common.mongo.client import (
    ChangeStream,
    Client,
    Collection,
    Cursor,
    Database,
    Document,
    Session,
    connect,
    database_of,
    majority,
    upserted,
)
from labelstream_common.mongo.commands import Update, insert_within, update_within
from labelstream_common.mongo.cursors import (
    CursorValue,
    InvalidCursor,
    Page,
    PageParams,
    decode_cursor,
    decode_opaque,
    encode_cursor,
    encode_opaque,
)
from labelstream_common.mongo.failures import is_unreachable, is_unstorable
from labelstream_common.mongo.migrations import MIGRATIONS, Index, migrate, once
from labelstream_common.mongo.transactions import in_transaction, is_transient, retried

__all__ = [
    "MIGRATIONS",
    "ChangeStream",
    "Client",
    "Collection",
    "Cursor",
    "CursorValue",
    "Database",
    "Document",
    "Index",
    "InvalidCursor",
    "Page",
    "PageParams",
    "Session",
    "Update",
    "connect",
    "database_of",
    "decode_cursor",
    "decode_opaque",
    "encode_cursor",
    "encode_opaque",
    "in_transaction",
    "insert_within",
    "is_transient",
    "is_unreachable",
    "is_unstorable",
    "majority",
    "migrate",
    "once",
    "retried",
    "update_within",
    "upserted",
]

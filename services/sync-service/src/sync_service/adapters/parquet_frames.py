"""How the process that decodes Parquet files answers: `READY`, then frames, each a header `<kind, length>` and so many
bytes."""

import struct
from typing import Final

READY: Final = b"ready"
FRAME: Final = struct.Struct("<BI")
ROWS, END, FAULT = 0, 1, 2
"""Rows as MessagePack, the end of the file, or a sentence that says why there are no more."""

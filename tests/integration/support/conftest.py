"""A message to send, taken from the golden samples."""

from pathlib import Path

import pytest

from labelstream_contracts import Envelope
from labelstream_contracts.generate.golden import golden_messages

GOLDEN = Path(__file__).parents[3] / "libs" / "contracts" / "golden"


@pytest.fixture
def account_created() -> tuple[Envelope, bytes]:
    sample = golden_messages(GOLDEN)["labeling.account.created.v1"]
    return Envelope.from_headers(sample.header_list()), sample.value_bytes() or b""

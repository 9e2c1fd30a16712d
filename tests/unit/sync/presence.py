"""Whether anybody labels while an import reads: its batches are smaller then."""

import pytest

from labelstream_common.courtesy import Courtesy
from sync_service.application import import_batches


def somebody_labels(monkeypatch: pytest.MonkeyPatch, *, labels: bool) -> None:
    """For the rest of the test, whoever else was there before."""
    present = Courtesy()
    if labels:
        present.labeled()
    monkeypatch.setattr(import_batches, "courtesy", present)

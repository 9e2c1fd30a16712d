"""What brings data in pauses after each piece, so that people who label do not wait for it."""

import pytest
from tests.integration.sync.importing import below, imports, put
from tests.integration.sync.people import SignIn

from labelstream_common.courtesy import Courtesy
from labelstream_common.object_storage import ObjectStore
from sync_service.application import import_batches, importing, listing, ranges, synchronizing
from sync_service.domain import reconciliation


class Asked(Courtesy):
    """Notes how long each piece took that somebody pauses after."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[float] = []

    def pause_beside_others(self, seconds: float, *, workers: int = 1) -> float:
        self.pieces.append(seconds)
        return 0.0


async def test_synchronizations_and_imports_pause_after_each_piece(
    somebody: SignIn, bucket: str, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared, settled, imported = Asked(), Asked(), Asked()
    for module in (listing, ranges, reconciliation, import_batches):
        monkeypatch.setattr(module, "RANGE_OBJECTS", 2)
    await put(store, bucket, *(f"in/{number}.png" for number in range(6)))
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    monkeypatch.setattr(synchronizing, "courtesy", compared)
    await owner.synchronizes(dataset_id)
    assert len(compared.pieces) >= 2, "after each range but the last"
    await put(store, bucket, "in/z.png")
    monkeypatch.setattr(synchronizing, "courtesy", settled)
    await owner.synchronizes(dataset_id)
    assert len(settled.pieces) > len(compared.pieces), "also after what came is added"
    for module in (import_batches, importing):
        monkeypatch.setattr(module, "courtesy", imported)
    imported.labeled()
    await imports(owner, dataset_id, "images", below(bucket, "in/"))
    assert len(imported.pieces) >= 3
    assert all(seconds > 0 for each in (compared, settled, imported) for seconds in each.pieces)

"""What brings data in pauses after each piece, so that people who label do not wait for it."""

import pytest
from tests.integration.sync.importing import below, imports, put
from tests.integration.sync.people import SignIn

from labelstream_common.courtesy import Courtesy
from labelstream_common.object_storage import ObjectStore
from sync_service.application import importing, synchronizing


class Asked(Courtesy):
    """Notes how long each piece took that somebody pauses after."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[float] = []

    def pause_beside_others(self, seconds: float) -> float:
        self.pieces.append(seconds)
        return 0.0


async def test_synchronizations_and_imports_pause_after_each_piece(
    somebody: SignIn, bucket: str, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (synchronizing, importing):
        monkeypatch.setattr(module, "courtesy", Asked())
    await put(store, bucket, "in/a.png")
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    await owner.synchronizes(dataset_id)
    await put(store, bucket, "in/b.png")
    await owner.synchronizes(dataset_id)
    await imports(owner, dataset_id, "images", below(bucket, "in/"))
    for module in (synchronizing, importing):
        assert len(module.courtesy.pieces) >= 1, module.__name__
        assert all(seconds > 0 for seconds in module.courtesy.pieces)

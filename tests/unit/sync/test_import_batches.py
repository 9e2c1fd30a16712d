"""Batches of an import are looked for together where their images lie apart, and passed on in order."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from typing import cast

import pytest
from tests.unit.sync.presence import somebody_labels
from tests.unit.sync.test_object_search import CountingBucket, folder, listed_of

from sync_service.adapters.object_search import ObjectSearch
from sync_service.application.import_batches import Batch, ReadAhead, Resolving, together_after
from sync_service.application.import_files import Place
from sync_service.domain.import_entries import Found

_OF_A_BATCH = 100


class Resolver:
    """Finds the images of some batches in a bucket, and remembers how many batches those were."""

    def __init__(self, bucket: CountingBucket) -> None:
        self._bucket = bucket
        self.together: list[int] = []

    async def resolved(self, batches: Sequence[Batch]) -> tuple[list[Batch], int]:
        self.together.append(len(batches))
        search = ObjectSearch(self._bucket.ask, self._bucket.next_page, lambda found: listed_of(found.key))
        await search.found([one.path for batch in batches for one in batch.found])
        return list(batches), search.asked


def passed_on(keys: Sequence[str], bucket: CountingBucket) -> list[int]:
    """Reads all keys in batches; how many were looked for together each time."""

    async def batches() -> AsyncIterator[Batch]:
        for first in range(0, len(keys), _OF_A_BATCH):
            batch = Batch(Place(line=first))
            for key in keys[first : first + _OF_A_BATCH]:
                batch.add(Found("bucket", key))
            yield batch

    async def read() -> list[int]:
        resolver = Resolver(bucket)
        ahead = ReadAhead(batches(), cast("Resolving", resolver))
        seen = []
        while (batch := await ahead.next()) is not None:
            seen += [one.path for one in batch.found]
        await ahead.close()
        assert seen == list(keys)
        return resolver.together

    return asyncio.run(read())


def test_keys_in_order_are_looked_for_a_batch_at_a_time() -> None:
    keys = folder("train", 2_000)
    bucket = CountingBucket(keys)
    assert set(passed_on(keys, bucket)[:-1]) == {1}
    assert bucket.asked + bucket.pages <= 2 * len(keys) // _OF_A_BATCH


def test_shuffled_keys_are_looked_for_together_and_listed() -> None:
    keys = folder("train", 20_000)
    bucket = CountingBucket(keys)
    random.Random(1).shuffle(keys)  # noqa: S311 - an order, no secret
    assert max(passed_on(keys, bucket)) > 2
    assert bucket.asked + bucket.pages < len(keys) / 4


@pytest.mark.parametrize(("labeling", "most"), [(True, 24), (False, 12)])
def test_no_more_images_are_held_than_two_dozen_ranges_have(
    monkeypatch: pytest.MonkeyPatch, labeling: bool, most: int
) -> None:
    somebody_labels(monkeypatch, labels=labeling)
    together = 1
    for _ in range(20):
        together = together_after(together, 1_000, 900)
    assert together == most
    assert [together_after(most, 1_000, asked) for asked in (501, 500, 16, 15)] == [most, most, most, most // 2]
    assert [together_after(1, 0, 0), together_after(8, 0, 0)] == [1, 4]

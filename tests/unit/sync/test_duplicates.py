"""Duplicates come in bounded pages: a group of any size, datasets of any size, and images that are gone."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.unit.sync.test_inspection import NOW, SAMPLE

from labelstream_common.mongo import PageParams
from sync_service.application.duplicates import MOST_SHOWN, NearGroups, Piece, list_duplicates
from sync_service.domain.dataset import DatasetId
from sync_service.domain.inspection import Inspection, Look
from sync_service.domain.likeness import Likenesses
from sync_service.domain.sample import Presence, Sample, SampleId

DATASET = DatasetId("d")


class Stored:
    """Samples and inspections of one dataset; `gone` are not there any more."""

    def __init__(self, pieces: Sequence[Piece] = (), gone: Sequence[str] = ()) -> None:
        self.pieces, self.gone = pieces, set(gone)
        self.looks: list[Look] = []
        self.most_loaded = self.worked_out = 0

    async def load(self, _dataset: str, ids: Sequence[SampleId], _work: object = None) -> dict[SampleId, Sample]:
        self.most_loaded = max(self.most_loaded, len(ids))
        return {
            each: replace(SAMPLE, id=each, presence=Presence.DELETED if each in self.gone else Presence.PRESENT)
            for each in ids
        }

    async def of(self, _dataset: str, ids: Sequence[SampleId]) -> dict[SampleId, Inspection]:
        return {each: Inspection(DATASET, each, SAMPLE.etag, "ok", NOW) for each in ids}

    async def equal(self, _dataset: str, after: str) -> AsyncIterator[Piece]:
        for piece in self.pieces:
            if piece[0] > after:
                yield piece

    async def likenesses(self, _dataset: str, most: int) -> Likenesses:
        self.worked_out += 1
        found = Likenesses()
        for look in self.looks[:most]:
            found.add(look)
        return found

    async def page(
        self, kind: Any = "exact", cursor: str | None = None, limit: int = 100, near: NearGroups | None = None
    ) -> tuple[list[tuple[list[str], bool]], str | None]:
        ports, looks = cast("Any", SimpleNamespace(samples=self)), cast("Any", self)
        wanted = PageParams(limit=limit, cursor=cursor, sort="added")
        found = await list_duplicates(DATASET, kind, wanted, ports=ports, looks=looks, near=near or NearGroups(looks))
        return [([each.id for each in group.samples], group.more) for group in found.items], found.next_cursor


class Renamed(Stored):
    """Their etags are others since they were inspected; the last has other bytes, too."""

    async def load(self, _dataset: str, ids: Sequence[SampleId], _work: object = None) -> dict[SampleId, Sample]:
        shas = dict.fromkeys(ids, "aa") | {ids[-1]: "bb"}
        return {each: replace(SAMPLE, id=each, etag="parts-2", sha256=sha) for each, sha in shas.items()}

    async def of(self, _dataset: str, ids: Sequence[SampleId]) -> dict[SampleId, Inspection]:
        return {each: Inspection(DATASET, each, "before", "ok", NOW, None, "aa") for each in ids}


def ids(count: int, begin: int = 0) -> list[SampleId]:
    return [SampleId(f"{number:08}") for number in range(begin, begin + count)]


async def test_a_group_in_many_pieces_shows_its_first_thousand() -> None:
    stored = Stored([("aa", ids(1_000)), ("aa", ids(1_000, 1_000)), ("aa", ids(5, 2_000)), ("bb", ids(2, 3_000))])
    (large, more), (small, no_more) = (await stored.page())[0]
    assert (large, more, no_more) == (ids(MOST_SHOWN), True, False)
    assert small == ids(2, 3_000)
    assert stored.most_loaded == 1_000


async def test_what_is_gone_is_no_duplicate() -> None:
    stored = Stored([("aa", ids(3)), ("bb", ids(2, 3))], gone=ids(2))
    assert await stored.page() == ([(ids(2, 3), False)], None)


async def test_an_image_that_was_renamed_and_has_another_etag_is_a_duplicate_still() -> None:
    """Its SHA-256 says that its bytes are those that were inspected."""
    stored = Renamed([("aa", ids(3))])
    assert await stored.page() == ([(ids(2), False)], None)


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_pages_give_every_group_once(limit: int) -> None:
    stored = Stored([(f"{key:02}", ids(2, key * 2)) for key in range(5)])
    found: list[list[str]] = []
    groups, cursor = await stored.page(limit=limit)
    while True:
        found += [group for group, _ in groups]
        assert len(groups) <= limit
        if cursor is None:
            break
        groups, cursor = await stored.page(cursor=cursor, limit=limit)
    assert found == [ids(2, key * 2) for key in range(5)]


async def test_a_page_that_has_looked_at_much_ends_and_goes_on() -> None:
    stored = Stored([*((f"{key:04}", ()) for key in range(150)), ("zz", ids(2))])
    groups, cursor = await stored.page()
    assert groups == []
    assert cursor is not None
    assert (await stored.page(cursor=cursor))[0] == [(ids(2), False)]


async def test_what_looks_alike_is_worked_out_once_for_all_pages() -> None:
    stored = Stored()
    stored.looks = [Look(each, 0xFF << (8 * (int(each) % 7)) | int(each) // 7, f"{each}") for each in ids(21)]
    near = NearGroups(cast("Any", stored))
    first, cursor = await stored.page("near", limit=3, near=near)
    second, _ = await stored.page("near", cursor=cursor, limit=10, near=near)
    assert stored.worked_out == 1
    assert len(first) == 3
    assert not {group[0] for group, _ in first} & {group[0] for group, _ in second}

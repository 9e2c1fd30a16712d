"""`/items`, `/stats`: filters and sorts, page by page, while others write."""

import asyncio
import unicodedata
from typing import Any

import pytest
from tests.integration.label.workplace import Desk, Job, Workplace, sample

from label_service.adapters import path_order, path_search
from label_service.adapters.collections import PATH_INDEX, SAMPLES
from label_service.adapters.item_keys import keys_of
from label_service.adapters.item_queries import Place, legs_of, query_of
from label_service.domain.filters import ItemFilter, Sort
from label_service.domain.label_set import LabelSet
from labelstream_common.ids import new_id
from labelstream_common.runtime import Service


@pytest.fixture
async def varied(workplace: Workplace) -> Job:
    """Eight images: labels of two people, hard ones, predictions."""
    job = await workplace.job(8, labels=["cat", "dog", "bird"])
    ids = job.ids
    await job.desk.annotate(ids[:4], add=["cat"])
    other = (await workplace.joins(job, "labeler")).at(job)
    await other.annotate(ids[2:6], add=["dog"])
    await job.desk.annotate(ids[4:7], hard=True)
    await job.desk.post(
        "predictions",
        [
            {"sample_id": ids[6], "labels": [{"name": "bird", "confidence": 0.97}], "model": "net", "version": "2"},
            {"sample_id": ids[5], "labels": [{"name": "bird", "confidence": 0.55}], "model": "net"},
        ],
    )
    return job


async def places(job: Job, **filters: Any) -> list[int]:
    ids = job.ids
    return [ids.index(sample_id) for sample_id in await job.desk.ids(**filters)]


async def test_every_filter_and_combination(varied: Job) -> None:
    job, desk = varied, varied.desk
    labels = await desk.labels()
    cat = labels["cat"]["id"]
    everything = list(range(8))
    assert await places(job) == everything
    assert await places(job, status="labeled") == [0, 1, 2, 3, 4, 5]
    assert await places(job, status="to_confirm") == [6]
    assert await places(job, status="unlabeled") == [7]
    assert await places(job, hard="true") == [4, 5, 6]
    assert await places(job, hard="false") == [0, 1, 2, 3, 7]
    assert await places(job, label=cat) == await places(job, label="cat") == [0, 1, 2, 3]
    assert await places(job, label=["cat", "dog"]) == [0, 1, 2, 3, 4, 5]
    assert await places(job, label=["cat", "dog"], label_match="all") == [2, 3]
    assert await places(job, label="unknown") == []
    assert await places(job, label=["unknown", "cat"]) == [0, 1, 2, 3]
    assert await places(job, label=["unknown", "cat"], label_match="all") == []
    assert await places(job, label="bird") == [5, 6]
    assert await places(job, labeled_by=job.owner.id) == [0, 1, 2, 3]
    assert await places(job, labeled_by=new_id()) == []
    assert await places(job, source="person") == [0, 1, 2, 3, 4, 5]
    assert await places(job, source="model") == [5, 6]
    assert await places(job, confidence_above=0.95) == [6]
    assert await places(job, path="00003") == [3]
    assert await places(job, path="IMG/0") == everything
    assert await places(job, path="img/*") == everything
    assert await places(job, path="00003.p*") == [3]
    assert await places(job, path="0003*") == []
    assert await places(job, path="*") == everything
    assert await places(job, path="img/.*5") == []
    assert await places(job, assignee=new_id()) == await places(job, review="accepted") == []
    assert await places(job, status="labeled", hard="true", label="dog", label_match="all") == [4, 5]
    at = (await desk.item(job.ids[5]))["labels"][0]["at"]
    assert await places(job, labeled_after=at) == []
    assert await places(job, labeled_before=at) == [0, 1, 2, 3, 4, 5]  # a window includes its last instant
    first = (await desk.item(job.ids[0]))["labels"][0]["at"]
    assert await places(job, labeled_before=first) == [0, 1]
    assert await places(job, labeled_after="2020-01-01T00:00:00Z") == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "done"},
        {"path": "a\0"},
        {"sort": "size"},
        {"limit": 0},
        {"limit": 1001},
        {"cursor": "nonsense"},
        {"labeled_after": "2020-01-01T00:00:00"},
        {"labeled_after": "2020-01-01T00:00Z"},
        {"labeled_before": "1700000000"},
        {"hard": "maybe"},
        {"source": "me"},
        {"confidence_above": 2},
        {"as_of": -1},
        {"as_of": 10**30},
        {"as_of": 10**6},
        {"as_of": 0, "sort": "path"},
        {"as_of": 0, "cursor": "WzFd"},
        {"label": "x" * 5000},
        {"cursor": "WzEsMiwzXQ", "sort": "path"},
        {"offset": -1},
        {"offset": 10**30},
        {"offset": 1, "sort": "path"},
        {"offset": 1, "as_of": 0},
        {"offset": 1, "cursor": "WzFd"},
    ],
)
async def test_bad_query_is_refused(workplace: Workplace, wrong: dict[str, Any]) -> None:
    admin, job = workplace.sign_in("admin"), await workplace.job(0)
    answer = await Desk(admin.http, job.id).call("GET", "items", params=wrong)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_paths_are_found_in_any_case_and_any_form_of_unicode(workplace: Workplace) -> None:
    job = await workplace.job(1)
    school, street, plain = unicodedata.normalize("NFD", "train/École.PNG"), "train/STRASSE.png", "val/Ecole.png"
    for path in (school, street, plain):
        job.samples[path] = sample(job.dataset_id, path)
    await workplace.publish(*job.samples.values())
    await workplace.follows(job)
    seq = await job.desk.seq()
    for text, found in (
        ("école", [school]),
        ("ÉCOLE.png", [school]),
        ("éC*", [school]),
        ("TRAIN/\u00c9*", [school]),
        ("straße", [street]),
        ("Straß*", [street]),
        ("ecole", [plain]),
        ("Train/*", [school, street]),
        ("png", [school, street, plain, "img/00000.png"]),
        ("rain/*", []),
    ):
        for moment in ({}, {"as_of": seq}):
            items = await job.desk.items(path=text, **moment)
            assert sorted(item["path"] for item in items) == sorted(found), (text, moment)
        assert (await job.desk.stats(path=text))["total"] == len(found)
    by_path = [item["path"] for item in await job.desk.items(sort="path", limit=2)]
    assert by_path == ["img/00000.png", street, school, plain]


async def test_path_that_many_images_share_is_found_as_well_as_one_of_few(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await workplace.job(12)
    await job.desk.annotate(job.ids[6:], add=["cat"])
    wanted = {"path": "IMG/0*", "label": "cat"}
    few = await job.desk.ids(limit=4, **wanted)
    monkeypatch.setattr(path_search, "FEW", 3)
    assert await job.desk.ids(limit=4, **wanted) == few == job.ids[6:]
    assert await job.desk.ids(path="00011", limit=1) == job.ids[11:]
    assert (await job.desk.stats(**wanted))["total"] == 6


@pytest.mark.parametrize("few", [0, 5_000])
async def test_list_by_path_is_the_filtered_list_in_the_order_of_paths(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """However far the walk goes before it asks whether few items match at all, and whatever the answer."""
    monkeypatch.setattr(path_order, "_LOOK_FIRST", 4)
    monkeypatch.setattr(path_order, "FEW", few)
    job = await workplace.job(0)
    paths = [f"{folder}/{name}{number}.png" for number in range(10) for folder in ("A", "b") for name in ("x", "Y")]
    for path in reversed(paths):
        job.samples[path] = sample(job.dataset_id, path)
    await workplace.publish(*job.samples.values())
    await workplace.follows(job)
    by_path = {item["path"]: item["sample_id"] for item in await job.desk.items()}
    labeled = [path for path in paths if path.endswith(("3.png", "8.png", "9.png"))]
    await job.desk.annotate([by_path[path] for path in labeled], add=["cat"])
    for filters, expected in (
        ({}, paths),
        ({"label": "cat"}, labeled),
        ({"status": "unlabeled"}, [path for path in paths if path not in labeled]),
        ({"path": "b/*"}, [path for path in paths if path.startswith("b/")]),
        ({"path": "y*"}, [path for path in paths if "/Y" in path]),
        ({"path": "b/Y*", "label": "cat"}, [path for path in labeled if path.startswith("b/Y")]),
        ({"path": "x"}, [path for path in paths if "x" in path]),
        ({"path": "nowhere"}, []),
    ):
        ordered = sorted(expected, key=str.casefold)
        for limit in (1, 3, 1000):
            found = [item["path"] for item in await job.desk.items(limit, sort="path", **filters)]
            assert found == ordered, (filters, limit)
            found = [item["path"] for item in await job.desk.items(limit, sort="-path", **filters)]
            assert found == ordered[::-1], (filters, limit)


async def test_order_by_path_is_read_from_its_index_alone(workplace: Workplace, service: Service) -> None:
    job = await workplace.job(3)
    walk = path_order.Walk(job.id, job.dataset_id, {"_id": {}}, "IMG/*", Sort("path", descending=True))
    place = Place(0, "img/00002.png", keys_of(job.id, [job.ids[2]])[0])
    for start in (Place(), place):
        for cursor in walk.cursors(service.database[SAMPLES], start):
            plan = str((await cursor.explain())["queryPlanner"]["winningPlan"]).split("'")
            assert {"FETCH", "SORT", "COLLSCAN"}.isdisjoint(plan), plan
            assert PATH_INDEX in plan


async def test_every_sort_goes_both_ways_through_every_page_once(varied: Job) -> None:
    job, desk = varied, varied.desk
    for field in ("added", "path", "labeled_at", "hardness"):
        up = await desk.items(sort=field)
        for limit in (1, 3, 1000):
            assert await desk.items(limit, sort=field) == up
            down = await desk.items(limit, sort=f"-{field}")
            assert sorted(item["sample_id"] for item in down) == job.ids
        values = [value(item, field) for item in up]
        present = [one for one in values if one is not None]
        assert present == sorted(present)
        down_values = [value(item, field) for item in down]
        assert [one for one in down_values if one is not None] == sorted(present, reverse=True)


def value(item: dict[str, Any], field: str) -> Any:
    if field == "labeled_at":
        return max((label["at"] for label in item["labels"] if label["source"] != "model"), default=None)
    return item["sample_id" if field == "added" else field]


async def test_pages_skip_and_repeat_nothing_that_was_there_throughout(workplace: Workplace) -> None:
    job = await workplace.job(120)
    desk = job.desk
    stop = asyncio.Event()

    async def others() -> None:
        turn = 0
        while not stop.is_set():
            await desk.annotate(job.ids[turn % 60 : turn % 60 + 20], set=[f"l{turn % 3}"])
            turn += 1

    writing = asyncio.create_task(others())
    try:
        for sort in ("added", "-path", "path"):
            assert sorted(await desk.ids(limit=7, sort=sort)) == job.ids
        never_labeled = job.ids[80:]
        assert [one for one in await desk.ids(limit=7, status="unlabeled") if one in never_labeled] == never_labeled
    finally:
        stop.set()
        await writing


async def test_statistics_equal_a_recount_with_and_without_filters(varied: Job) -> None:
    job, desk = varied, varied.desk
    several: list[dict[str, Any]] = [
        {},
        {"status": "all", "path": "img"},
        {"label": "cat"},
        {"hard": "true"},
        {"status": "to_confirm"},
    ]
    for filters in several:
        assert await desk.stats(**filters) == recount(await desk.items(**filters), await desk.labels())
    chosen = job.ids[2:7]
    selected = await desk.post("stats", {"sample_ids": [*chosen, new_id(), "x"]})
    items = [item for item in await desk.items() if item["sample_id"] in chosen]
    assert selected == recount(items, await desk.labels())
    assert (await desk.stats(label="unknown"))["total"] == 0


def recount(items: list[dict[str, Any]], labels: dict[str, Any]) -> dict[str, Any]:
    counts = dict.fromkeys(labels, 0)
    people: dict[str, int] = {}
    for item in items:
        for label in item["labels"]:
            counts[label["name"]] += label["source"] != "model"
        for person in {label["by"] for label in item["labels"] if label["source"] == "person"}:
            people[person] = people.get(person, 0) + 1
    return {
        "total": len(items),
        **{
            status: sum(item["status"] == status for item in items) for status in ("labeled", "unlabeled", "to_confirm")
        },
        "hard": sum(item["hard"] for item in items),
        "unreadable": sum(item["state"] == "unreadable" for item in items),
        "labels": [{"label_id": labels[name]["id"], "name": name, "count": count} for name, count in counts.items()],
        "labelers": [{"account_id": person, "count": count} for person, count in sorted(people.items())],
    }


async def test_item_shows_its_latest_20_changes_newest_first(workplace: Workplace) -> None:
    job = await workplace.job(1)
    (sample_id,) = job.ids
    for turn in range(23):
        await job.desk.annotate([sample_id], set=[f"l{turn % 2}"])
    answer = await job.desk.call("GET", f"items/{sample_id}")
    assert answer.headers["etag"] == '"23"'
    item = answer.json()
    assert [change["version"] for change in item["changes"]] == list(range(23, 3, -1))
    assert item["name"] == "00000.png"
    assert item["thumbnail_url"].endswith(f"/datasets/{job.dataset_id}/samples/{sample_id}/thumbnail?etag=e")
    assert item["content_url"].endswith("/content?etag=e")
    for missing in (new_id(), "x", sample_id.upper()):
        assert (await job.desk.call("GET", f"items/{missing}")).status_code == 404


@pytest.mark.parametrize("sort", ["added", "-added", "labeled_at", "-labeled_at", "hardness", "-hardness"])
@pytest.mark.parametrize("filters", [{}, {"status": "labeled"}, {"path": "img/*"}, {"label": "cat"}])
async def test_an_offset_jumps_to_where_cursors_would_lead(varied: Job, sort: str, filters: dict[str, Any]) -> None:
    whole = await varied.desk.ids(sort=sort, **filters)
    for offset in range(len(whole) + 2):
        page = await varied.desk.get("items", sort=sort, limit=2, offset=offset, **filters)
        assert [item["sample_id"] for item in page["items"]] == whole[offset : offset + 2]
        assert (page["next_cursor"] is None) == (offset + 2 >= len(whole))
        if page["next_cursor"]:
            following = await varied.desk.get("items", sort=sort, limit=2, cursor=page["next_cursor"], **filters)
            assert [item["sample_id"] for item in following["items"]] == whole[offset + 2 : offset + 4]


async def test_an_offset_counts_what_people_see_while_a_label_leaves(varied: Job, service: Service) -> None:
    labels = await varied.desk.labels()
    await service.database["labels"].update_one({"_id": labels["dog"]["id"]}, {"$set": {"hidden": True}})
    whole = await varied.desk.ids(status="unlabeled")
    for offset in range(len(whole) + 1):
        page = await varied.desk.get("items", status="unlabeled", offset=offset)
        assert [item["sample_id"] for item in page["items"]] == whole[offset:]


@pytest.mark.parametrize(("sort", "index"), [("added", "facets"), ("-added", "facets"), ("hardness", "hardness")])
async def test_a_jump_reads_keys_and_no_items(varied: Job, service: Service, sort: str, index: str) -> None:
    facets = [{"facets": "s:labeled"}] if sort.endswith("added") else []
    query = query_of(varied.id, ItemFilter(status="labeled" if facets else None), LabelSet([]))
    order = Sort(sort.lstrip("-"), sort.startswith("-"))  # type: ignore[arg-type]  # it is one of them
    leg = legs_of(varied.id, query, order, Place())[0]
    fields = {"_id": 1} if order.field == "added" else {"_id": 1, order.field: 1}
    plan = await service.database["items"].find(leg.query, fields).sort(leg.sort).skip(1).limit(1).explain()
    text = str(plan["queryPlanner"]["winningPlan"])
    assert f"'indexName': '{index}'" in text
    assert "FETCH" not in text

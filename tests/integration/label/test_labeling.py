"""`POST /jobs/{id}/annotations`: what people do to images."""

import asyncio
from json import dumps
from typing import Any

import pytest
from tests.integration.label.workplace import Workplace

from label_service.application.lanes import Lanes
from labelstream_common.ids import new_id


def names(item: dict[str, Any]) -> list[str]:
    return [label["name"] for label in item["labels"]]


async def test_added_labels_stand_in_every_read_after_the_reply(workplace: Workplace) -> None:
    job = await workplace.job(3, labels=["dog"])
    desk = job.desk
    first, second, third = job.ids
    reply = await desk.annotate([first, second], add=["cat", "dog"])
    assert reply["changed"] == 2
    assert reply["unchanged"] == 0
    assert [label["name"] for label in reply["created_labels"]] == ["cat"]
    assert reply["counts"] == {"total": 3, "labeled": 2, "unlabeled": 1, "to_confirm": 0}
    item = await desk.item(first)
    assert names(item) == ["cat", "dog"]
    assert {label["by"] for label in item["labels"]} == {job.owner.id}
    assert (item["status"], item["version"], item["hard"]) == ("labeled", 1, False)
    assert [change["change_id"] for change in item["changes"]] == [reply["change_id"]]
    assert {name: label["count"] for name, label in (await desk.labels()).items()} == {"dog": 2, "cat": 2}
    assert await desk.ids(status="unlabeled") == [third]
    assert (await desk.stats())["labeled"] == 2


async def test_what_already_holds_is_no_change_and_no_entry(workplace: Workplace) -> None:
    job = await workplace.job(1)
    desk = job.desk
    await desk.annotate(job.ids, add=["cat"], hard=True)
    seq = await desk.seq()
    for edit in ({"add": ["cat"]}, {"hard": True}, {"set": ["cat"]}, {"remove": ["unknown"]}):
        reply = await desk.annotate(job.ids, **edit)
        assert (reply["changed"], reply["unchanged"]) == (0, 1), edit
    reply = await desk.annotate(job.ids, replace={"from": "unknown", "to": "never-made"})
    assert (reply["changed"], reply["created_labels"]) == (0, [])
    assert await desk.seq() == seq


async def test_set_replace_remove_and_hard(workplace: Workplace) -> None:
    job = await workplace.job(2)
    desk = job.desk
    first, second = job.ids
    await desk.annotate(job.ids, add=["dog"])
    await desk.annotate([second], add=["bird"])
    await desk.annotate(job.ids, replace={"from": "dog", "to": "cat"})
    assert names(await desk.item(first)) == ["cat"]
    assert names(await desk.item(second)) == ["bird", "cat"]
    assert {entry["cause"] for entry in (await desk.item(first))["changes"]} == {"annotate", "replace"}
    await desk.annotate([second], set=["cat", "fish"], hard=True)
    item = await desk.item(second)
    assert (sorted(names(item)), item["hard"]) == (["cat", "fish"], True)
    await desk.annotate([second], remove=["cat"], hard=False)
    await desk.annotate([first], set=[])
    assert (await desk.item(first))["status"] == "unlabeled"
    stats = await desk.stats()
    assert (stats["labeled"], stats["hard"]) == (1, 0)
    assert {label["name"]: label["count"] for label in stats["labels"]} == {
        "dog": 0,
        "bird": 0,
        "cat": 0,
        "fish": 1,
    }


async def test_item_of_another_version_is_left_alone_and_listed(workplace: Workplace) -> None:
    job = await workplace.job(3)
    desk = job.desk
    first, second, third = job.ids
    await desk.annotate([first], add=["cat"])
    reply = await desk.annotate([first, second, third], add=["dog"], expect={first: 0, second: 0})
    assert reply["conflicts"] == [{"sample_id": first, "version": 1}]
    assert reply["changed"] == 2
    assert names(await desk.item(first)) == ["cat"]


async def test_ids_that_the_job_does_not_have_are_listed_as_missing(workplace: Workplace) -> None:
    job = await workplace.job(1)
    other = await workplace.job(1)
    foreign = [other.ids[0], "not-an-id", job.ids[0].upper()]
    reply = await job.desk.annotate([*foreign, *job.ids, job.ids[0]], add=["cat"])
    assert sorted(reply["missing"]) == sorted(foreign)
    assert reply["changed"] == 1
    assert (await other.desk.item(other.ids[0]))["version"] == 0


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"add": ["cat"]}, ""),
        ({"sample_ids": [], "add": ["cat"]}, "/sample_ids"),
        ({"sample_ids": ["a"] * 10_001, "add": ["cat"]}, "/sample_ids"),
        ({"sample_ids": "a", "add": ["cat"]}, "/sample_ids"),
        ({"sample_ids": ["a"], "filter": {}, "add": ["cat"]}, ""),
        ({"sample_ids": ["a"]}, ""),
        ({"sample_ids": ["a"], "add": ["cat"], "set": []}, ""),
        ({"sample_ids": ["a"], "replace": {"from": "a"}}, "/replace/to"),
        ({"sample_ids": ["a"], "replace": {"from": "a", "to": "b c"}}, "/replace/to"),
        ({"sample_ids": ["a"], "add": ["good", "b d"]}, "/add/1"),
        ({"sample_ids": ["a"], "set": [""]}, "/set/0"),
        ({"sample_ids": ["a"], "add": ["x" * 1025]}, "/add/0"),
        ({"sample_ids": ["a"], "add": [1]}, "/add/0"),
        ({"sample_ids": ["a"], "hard": "yes"}, "/hard"),
        ({"sample_ids": ["a"], "add": ["cat"], "expect": {"a": -1}}, "/expect/a"),
        ({"sample_ids": ["a"], "add": ["cat"], "expect": {"a": 10**30}}, "/expect/a"),
        ({"sample_ids": ["a"], "add": ["cat"], "colour": "red"}, "/colour"),
        ({"filter": {"statuses": "all"}, "add": ["cat"]}, "/filter/statuses"),
        ({"filter": {"labeled_after": "yesterday"}, "add": ["cat"]}, "/filter/labeled_after"),
        ({"filter": {"labeled_after": 123}, "add": ["cat"]}, "/filter/labeled_after"),
        ({"filter": {"labeled_after": "2026-01-01T00:00Z"}, "add": ["cat"]}, "/filter/labeled_after"),
        ({"filter": {}, "add": ["cat"], "expect": {"a": 1}}, ""),
        ({"filter": {}, "add": ["b d"]}, "/add/0"),
        ({"filter": {}, "add": ["cat"], "create_labels": False}, "/add/0"),
        ({"sample_ids": ["a"], "add": ["cat"], "create_labels": False}, "/add/0"),
        ({"sample_ids": ["a"], "add": ["\ud800"]}, ""),
    ],
)
async def test_bad_edit_names_its_field_and_changes_nothing(
    workplace: Workplace, body: dict[str, Any], pointer: str
) -> None:
    job = await workplace.job(1)
    job.desk.http.headers["content-type"] = "application/json"
    if body.get("sample_ids") == ["a"]:
        body = {**body, "sample_ids": job.ids}

    answer = await job.desk.call("POST", "annotations", content=dumps(body))
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found = [error["pointer"] for error in answer.json()["errors"]]
    assert any(one.startswith(pointer) for one in found), found
    assert not await job.desk.labels()
    assert {entry["kind"] for entry in await job.desk.feed()} == {"items"}


@pytest.mark.parametrize(
    ("edit", "most"), [("add", 200), ("add", 1_000), ("set", 200), ("set", 20_000), ("remove", 10_000)]
)
async def test_too_many_labels_are_told_by_their_own_code(workplace: Workplace, edit: str, most: int) -> None:
    job = await workplace.job(1)
    names = [f"l{number}" for number in range(most + 1)]
    ways: list[dict[str, Any]] = [{"sample_ids": job.ids}, {"filter": {}}]
    for chosen in ways:
        answer = await job.desk.call("POST", "annotations", json={**chosen, edit: names})
        assert (answer.status_code, answer.json()["code"]) == (422, "too-many-labels"), answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{edit}"]
    assert not await job.desk.labels()


async def test_10_000_ids_are_one_request(workplace: Workplace) -> None:
    job = await workplace.job(2)
    ids = job.ids + [new_id() for _ in range(9_998)]
    reply = await job.desk.annotate(ids, add=["cat"], expect={job.ids[0]: 5})
    assert reply["changed"] == 1
    assert reply["conflicts"] == [{"sample_id": job.ids[0], "version": 0}]
    assert len(reply["missing"]) == 9_998
    assert [label["name"] for label in reply["created_labels"]] == ["cat"]
    entries = await job.desk.feed()
    assert {entry["change_id"] for entry in entries if entry["kind"] == "item"} == {reply["change_id"]}


async def test_work_by_filter_looks_at_each_item_once_across_chunks(workplace: Workplace) -> None:
    job = await workplace.job(2_300)
    desk = job.desk
    await desk.annotate(job.ids[:3], add=["dog"])
    answer = await desk.call("POST", "annotations", json={"filter": {"status": "unlabeled"}, "add": ["cat"]})
    assert answer.status_code == 202, answer.text
    result = (await desk.succeeds(answer))["result"]
    assert (result["changed"], result["unchanged"], result["missing"]) == (2_297, 0, [])
    assert [label["name"] for label in result["created_labels"]] == ["cat"]
    assert (await desk.stats())["labeled"] == 2_300
    item_entries = [entry for entry in await desk.feed() if entry["kind"] == "item"]
    assert len(item_entries) == 2_300
    operations = (await desk.http.get("/operations")).json()["items"]
    assert [(one["done"], one["total"], one["state"]) for one in operations] == [(2_297, 2_297, "succeeded")]


async def test_image_that_has_no_room_for_a_label_is_left_alone_and_listed(workplace: Workplace) -> None:
    job = await workplace.job(2)
    desk = job.desk
    full, other = job.ids
    await desk.annotate([full], add=[f"l{number}" for number in range(200)])
    answer = await desk.call("POST", "annotations", json={"sample_ids": [full], "add": ["one-more"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "too-many-labels")
    assert len(await desk.pages("labels", limit=70)) == 200
    done = await desk.annotate(job.ids, add=["one-more"])
    assert (done["changed"], done["conflicts"]) == (1, [{"sample_id": full, "version": 1}])
    assert [label["name"] for label in (await desk.item(other))["labels"]] == ["one-more"]


async def test_piece_without_room_does_not_end_the_work_on_the_others(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lanes, "piece", lambda _lanes, _job_id: 2)
    job = await workplace.job(6)
    desk = job.desk
    full = job.ids[2:4]  # the second piece
    await desk.annotate(full, add=[f"l{number}" for number in range(200)])
    answer = await desk.call("POST", "annotations", json={"filter": {}, "add": ["one-more"]})
    result = (await desk.succeeds(answer))["result"]
    assert (result["changed"], [one["sample_id"] for one in result["conflicts"]]) == (4, full)
    assert await desk.ids(label="one-more") == [one for one in job.ids if one not in full]


async def test_remove_of_a_label_that_is_not_there_drops_what_waits(workplace: Workplace) -> None:
    job = await workplace.job(1)
    proposed = {"sample_id": job.ids[0], "labels": [{"name": "cat", "confidence": 0.5}], "model": "net"}
    await job.desk.post("predictions", [proposed])
    reply = await job.desk.annotate(job.ids, remove=["never-there"])
    assert (reply["changed"], reply["counts"]["to_confirm"]) == (1, 0)
    assert (await job.desk.item(job.ids[0]))["labels"] == []


async def test_repeat_with_the_same_key_gets_the_first_answer(workplace: Workplace) -> None:
    job = await workplace.job(2)
    desk = job.desk
    body = {"sample_ids": job.ids, "add": ["cat"]}
    first = await desk.post("annotations", body, key="k1")
    await desk.annotate(job.ids, remove=["cat"])
    again = await desk.call("POST", "annotations", json=body, headers={"Idempotency-Key": "k1"})
    assert again.json() == first
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (await desk.stats())["labeled"] == 0
    other = await desk.call("POST", "annotations", json=body | {"add": ["dog"]}, headers={"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency-key-reused")
    assert list(await desk.labels()) == ["cat"]


async def test_twins_at_once_do_it_once(workplace: Workplace) -> None:
    job = await workplace.job(1)
    bodies = [job.desk.post("annotations", {"sample_ids": job.ids, "add": ["cat"]}, key="twin") for _ in range(8)]
    replies = await asyncio.gather(*bodies)
    assert all(reply == replies[0] for reply in replies)
    assert (await job.desk.item(job.ids[0]))["version"] == 1


async def test_refused_request_keeps_no_key(workplace: Workplace) -> None:
    job = await workplace.job(1)
    headers = {"Idempotency-Key": "refused"}
    body = {"sample_ids": job.ids, "add": ["cat"], "create_labels": False}
    assert (await job.desk.call("POST", "annotations", json=body, headers=headers)).status_code == 422
    await job.desk.post("labels", {"name": "cat"}, status=201)
    assert (await job.desk.call("POST", "annotations", json=body, headers=headers)).status_code == 200


async def test_64_clients_on_the_same_50_images_lose_nothing(workplace: Workplace) -> None:
    job = await workplace.job(50)
    desk = job.desk
    replies = await asyncio.gather(
        *(desk.annotate(job.ids, add=[f"by-{client}"]) for client in range(64)),
    )
    assert all(reply["changed"] == 50 for reply in replies)
    items = await desk.items()
    assert all(sorted(names(item)) == sorted(f"by-{client}" for client in range(64)) for item in items)
    assert {item["version"] for item in items} == {64}
    assert {label["count"] for label in (await desk.labels()).values()} == {50}
    versions: dict[str, list[int]] = {}
    for entry in await desk.feed():
        if entry["kind"] == "item":
            versions.setdefault(entry["sample_id"], []).append(entry["version"])
    assert set(map(tuple, versions.values())) == {tuple(range(1, 65))}


async def test_64_clients_that_expect_a_version_conflict_but_for_one_each(workplace: Workplace) -> None:
    job = await workplace.job(20)
    expect = dict.fromkeys(job.ids, 0)
    replies = await asyncio.gather(
        *(job.desk.annotate(job.ids, set=[f"by-{client}"], expect=expect) for client in range(64))
    )
    assert sum(reply["changed"] for reply in replies) == 20
    assert sum(len(reply["conflicts"]) for reply in replies) == 63 * 20
    assert {item["version"] for item in await job.desk.items()} == {1}


async def test_one_refused_in_a_group_does_not_hurt_the_others(workplace: Workplace) -> None:
    job = await workplace.job(10)
    edits = [{"add": [f"l{number}"]} if number % 3 else {"add": ["bad name"]} for number in range(30)]
    answers = await asyncio.gather(
        *(job.desk.call("POST", "annotations", json={"sample_ids": job.ids, **edit}) for edit in edits)
    )
    assert [answer.status_code for answer in answers] == [200 if number % 3 else 422 for number in range(30)]
    assert {item["version"] for item in await job.desk.items()} == {20}

"""`/jobs/{id}/labels`: create, change, delete, merge."""

import asyncio
import unicodedata

import pytest
from tests.integration.label.workplace import Desk, Workplace
from tests.support.waiting import eventually

from label_service.adapters.committer import MongoCommitter
from label_service.application.labels import origin_by
from label_service.application.ports import Submission
from label_service.domain.commands import ChangeLabel
from labelstream_common.clock import SystemClock
from labelstream_common.ids import new_id
from labelstream_common.runtime import Service

GOOD = [
    "cat",
    "Cat",
    "1",
    "a-b_c",
    "-",
    "_",
    "猫",
    "قطة",
    "חתול",
    "кошка",
    "बिल्ली",
    "แมว",
    "๑๒٣",
    "cafe\u0301",
    "Å",
    "x" * 1024,
    "e\u0301" * 1024,
    "𝒳𠀀",
]
BAD = [
    "",
    " ",
    "a b",
    " a",
    "a\n",
    "a\0b",
    "a.b",
    "a/b",
    "a,b",
    "a|b",
    "=1+1",
    "$set",
    "😀",
    "\u0301a",
    "a\u200db",
    "a\u200b",
    "\u202eabc",
    "a\ufe0f",
    "½",
    "x" * 1025,
    "e\u0301" * 1025,
    "x" * 100_000,
]


@pytest.mark.parametrize("name", GOOD)
async def test_good_name_is_kept_in_nfc_everywhere(workplace: Workplace, shared: Desk, name: str) -> None:
    composed = unicodedata.normalize("NFC", name)
    label = await shared.post("labels", {"name": name}, status=201)
    assert label["name"] == composed
    assert (await shared.labels())[composed]["id"] == label["id"]
    taken = await shared.call("POST", "labels", json={"name": unicodedata.normalize("NFD", name)})
    assert (taken.status_code, taken.json()["code"]) == (409, "label-name-taken")
    sample_id = (await shared.ids())[0]
    await shared.annotate([sample_id], add=[unicodedata.normalize("NFD", name)], create_labels=False)
    assert await shared.ids(label=name) == [sample_id]
    assert (await shared.call("DELETE", f"labels/{label['id']}")).status_code == 202


@pytest.mark.parametrize("name", BAD)
async def test_bad_name_is_refused_wherever_it_is_given(workplace: Workplace, shared: Desk, name: str) -> None:
    label_id = (await shared.labels())["steady"]["id"]
    sample_ids = await shared.ids()
    answers = [
        await shared.call("POST", "labels", json={"name": name}),
        await shared.call("PATCH", f"labels/{label_id}", json={"name": name}),
        await shared.call("POST", "annotations", json={"sample_ids": sample_ids, "add": [name]}),
        await shared.call(
            "POST",
            "predictions",
            json=[{"sample_id": sample_ids[0], "labels": [{"name": name, "confidence": 0.5}], "model": "net"}],
        ),
    ]
    assert [answer.status_code for answer in answers] == [422] * 4, [answer.text[:200] for answer in answers]
    pointers = [answer.json()["errors"][0]["pointer"] for answer in answers]
    assert pointers == ["/name", "/name", "/add/0", "/0/labels/0/name"]


@pytest.fixture(scope="module")
def shared_jobs() -> dict[str, str]:
    return {}


@pytest.fixture
async def shared(workplace: Workplace, shared_jobs: dict[str, str]) -> Desk:
    """One job for the tables of names."""
    admin = workplace.sign_in("admin")
    if "id" not in shared_jobs:
        shared_jobs["id"] = (await workplace.job(2, labels=["steady"])).id
    return Desk(admin.http, shared_jobs["id"])


async def test_label_has_color_shortcut_description_count_and_etag(workplace: Workplace) -> None:
    job = await workplace.job(1, labels=["dog"])
    body = {"name": "cat", "color": "#FF0000", "shortcut": "C", "description": "meows"}
    answer = await job.desk.call("POST", "labels", json=body)
    label = answer.json()
    assert answer.status_code == 201
    assert answer.headers["etag"] == label["etag"]
    kept = {name: label[name] for name in body}
    assert kept == {"name": "cat", "color": "#ff0000", "shortcut": "c", "description": "meows"}
    assert label["count"] == 0
    assert (await job.desk.labels())["cat"] == label
    for wrong, code in (
        ({"name": "cow", "shortcut": "c"}, 409),
        ({"name": "cow", "shortcut": "cc"}, 422),
        ({"name": "cow", "color": "red"}, 422),
        ({"name": "cow", "count": 3}, 422),
        ({"color": "#000000"}, 422),
        ({"name": None}, 422),
        ([], 422),
    ):
        assert (await job.desk.call("POST", "labels", json=wrong)).status_code == code, wrong


async def test_rename_holds_at_once_for_every_image(workplace: Workplace) -> None:
    job = await workplace.job(2, labels=["dog"])
    desk = job.desk
    await desk.annotate(job.ids, add=["cat"])
    label = (await desk.labels())["cat"]
    seq = await desk.seq()
    stale = {"If-Match": '"99"'}
    assert (await desk.call("PATCH", f"labels/{label['id']}", json={"name": "tom"}, headers=stale)).status_code == 412
    answer = await desk.call(
        "PATCH", f"labels/{label['id']}", json={"name": "kitty"}, headers={"If-Match": label["etag"]}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["etag"] == answer.headers["etag"] != label["etag"]
    assert {entry["name"] for item in await desk.items() for entry in item["labels"]} == {"kitty"}
    (entry,) = await desk.feed(after=seq)
    assert (entry["kind"], entry["type"]) == ("label", "labeling.label.renamed.v1")
    assert (entry["before"]["name"], entry["label"]["name"]) == ("cat", "kitty")
    assert await desk.ids(label="cat") == []
    assert len(await desk.ids(label="kitty")) == 2
    taken = await desk.call("PATCH", f"labels/{label['id']}", json={"name": "dog"})
    assert (taken.status_code, taken.json()["code"]) == (409, "label-name-taken")
    for path, body, code in (
        (new_id(), {"name": "x"}, 404),
        (label["id"], {"shortcut": "kk"}, 422),
        (label["id"], {"shortcut": "k", "color": "#00ff00"}, 200),
        (label["id"], {"shortcut": None}, 200),
        (label["id"], {}, 200),
    ):
        assert (await desk.call("PATCH", f"labels/{path}", json=body)).status_code == code, body
    assert (await desk.labels())["kitty"]["shortcut"] is None


async def test_names_may_be_swapped_in_one_commit(workplace: Workplace, service: Service) -> None:
    job = await workplace.job(0, labels=["a", "b"])
    labels = await job.desk.labels()
    a, b = labels["a"]["id"], labels["b"]["id"]
    origin = origin_by(job.owner.id, SystemClock())
    steps = [ChangeLabel(origin, a, name="c"), ChangeLabel(origin, b, name="a"), ChangeLabel(origin, a, name="b")]
    committer = MongoCommitter(service.client, service.database, SystemClock())
    outcomes = await committer.commit(job.id, [Submission(step) for step in steps])
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    after = await job.desk.labels()
    assert (after["a"]["id"], after["b"]["id"]) == (b, a)


async def test_labels_come_page_by_page(workplace: Workplace) -> None:
    names = [f"l{number}" for number in range(7)]
    job = await workplace.job(0, labels=names)
    assert [label["name"] for label in await job.desk.pages("labels", limit=3)] == names
    assert len({label["color"] for label in (await job.desk.labels()).values()}) == 7
    assert (await job.desk.call("GET", "labels", params={"limit": 0})).status_code == 422
    assert (await job.desk.call("GET", "labels", params={"cursor": "x"})).status_code == 422


async def test_deleted_label_is_hidden_at_once_and_taken_off_with_events(workplace: Workplace) -> None:
    job = await workplace.job(1_500)
    desk = job.desk
    answer = await desk.call("POST", "annotations", json={"filter": {}, "add": ["cat"]})
    assert answer.status_code in (200, 202)
    if answer.status_code == 202:
        await desk.succeeds(answer)
    await desk.annotate(job.ids[:1], add=["dog"])
    label = (await desk.labels())["cat"]
    dry = await desk.call("DELETE", f"labels/{label['id']}", params={"dry_run": "true"})
    assert dry.status_code == 200
    assert dry.json()["items"] == 1_500
    seq = await desk.seq()
    removal = await desk.call("DELETE", f"labels/{label['id']}", headers={"Idempotency-Key": "delete"})
    assert removal.status_code == 202, removal.text
    assert list(await desk.labels()) == ["dog"]
    assert all(entry["name"] != "cat" for item in await desk.items() for entry in item["labels"])
    assert await desk.ids(label="cat") == []
    assert await desk.ids(label=label["id"]) == []
    assert (await desk.call("DELETE", f"labels/{label['id']}")).status_code == 404
    again = await desk.call("DELETE", f"labels/{label['id']}", headers={"Idempotency-Key": "delete"})
    assert again.json()["id"] == removal.json()["id"]
    new = await desk.post("labels", {"name": "cat"}, status=201)
    operation = await desk.succeeds(removal)
    assert (operation["done"], operation["total"]) == (1_500, 1_500)
    stats = await desk.stats()
    assert (stats["labeled"], stats["unlabeled"]) == (1, 1_499)
    entries = await desk.feed(after=seq)
    assert [entry["seq"] for entry in entries] == list(range(seq + 1, seq + 1 + len(entries)))
    kinds = [entry["type"].split(".")[2] for entry in entries if entry["kind"] == "label"]
    assert sorted(kinds) == ["created", "deleted", "purged"]
    assert kinds[0] == "deleted"
    taken = [entry for entry in entries if entry["kind"] == "item"]
    assert len(taken) == len({entry["sample_id"] for entry in taken}) == 1_500
    assert {entry["cause"] for entry in taken} == {"label-deleted"}
    purged = next(entry for entry in entries if entry.get("type") == "labeling.label.purged.v1")
    assert purged["items"] == 1_500
    assert (await desk.labels())["cat"]["id"] == new["id"]


async def test_merge_turns_labels_and_keeps_who_gave_them(workplace: Workplace) -> None:
    job = await workplace.job(4)
    desk = job.desk
    first, second, third, _ = job.ids
    await desk.annotate([first, second], add=["kitty"])
    await desk.annotate([second, third], add=["cat"])
    labels = await desk.labels()
    body = {"from": [labels["kitty"]["id"]], "into": labels["cat"]["id"]}
    dry = await desk.call("POST", "labels:merge", json=body, params={"dry_run": "true"})
    assert (dry.status_code, dry.json()["items"]) == (200, 2)
    for wrong, code in (
        ({"from": [new_id()], "into": labels["cat"]["id"]}, 422),
        ({"from": [labels["cat"]["id"]], "into": new_id()}, 422),
        ({"from": [labels["cat"]["id"]], "into": labels["cat"]["id"]}, 422),
        ({"from": [], "into": labels["cat"]["id"]}, 422),
    ):
        assert (await desk.call("POST", "labels:merge", json=wrong)).status_code == code, wrong
        dried = await desk.call("POST", "labels:merge", json=wrong, params={"dry_run": "true"})
        assert dried.status_code == code, wrong
    await desk.succeeds(await desk.call("POST", "labels:merge", json=body))
    after = await desk.labels()
    assert list(after) == ["cat"]
    assert after["cat"]["count"] == 3
    assert [label["name"] for label in (await desk.item(second))["labels"]] == ["cat"]
    types = [entry["type"] for entry in await desk.feed() if entry["kind"] == "label"]
    assert types[-2:] == ["labeling.label.merged.v1", "labeling.label.purged.v1"]
    causes = [entry["cause"] for entry in await desk.feed() if entry["kind"] == "item"]
    assert causes.count("label-merged") == 2


async def test_merges_that_meet_lose_no_label(workplace: Workplace) -> None:
    job = await workplace.job(30)
    desk = job.desk
    await desk.annotate(job.ids[:20], add=["a"])
    await desk.annotate(job.ids[10:], add=["b"])
    labels = await desk.labels()
    c = await desk.post("labels", {"name": "c"}, status=201)
    a, b = labels["a"]["id"], labels["b"]["id"]
    answers = await asyncio.gather(
        desk.call("POST", "labels:merge", json={"from": [a], "into": b}),
        desk.call("POST", "labels:merge", json={"from": [b], "into": c["id"]}),
    )
    for answer in answers:
        await desk.succeeds(answer)
    assert {name: label["count"] for name, label in (await desk.labels()).items()} == {"c": 30}


async def test_labelers_create_labels_only_where_the_job_allows_it(workplace: Workplace) -> None:
    job = await workplace.job(1, labels=["dog"], labelers_may_create_labels=False)
    labeler = (await workplace.joins(job, "labeler")).at(job)
    body = {"sample_ids": job.ids, "add": ["cat"]}
    answer = await labeler.call("POST", "annotations", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "label-creation-forbidden")
    assert (await labeler.call("POST", "labels", json={"name": "cat"})).status_code == 403
    await labeler.annotate(job.ids, add=["dog"])
    reviewer = (await workplace.joins(job, "reviewer")).at(job)
    await reviewer.annotate(job.ids, add=["cat"])


async def test_cancelled_edit_leaves_what_was_done(workplace: Workplace) -> None:
    job = await workplace.job(3_000)
    desk = job.desk

    async def cancelled() -> str:
        asking = asyncio.create_task(desk.call("POST", "annotations", json={"filter": {}, "add": ["cat"]}))

        async def running() -> str:
            listed = (await desk.http.get("/operations")).json()["items"]
            assert listed
            return str(listed[0]["id"])

        operation_id = await eventually(running)
        await desk.http.post(f"/operations/{operation_id}:cancel")
        await asking
        return operation_id

    operation_id = await cancelled()
    operation = (await desk.http.get(f"/operations/{operation_id}")).json()
    assert operation["state"] in {"cancelled", "succeeded"}
    assert (await desk.stats())["labeled"] == operation["done"]

"""`/jobs/{id}/labels`: create, change, delete, merge."""

import unicodedata

import pytest
from tests.integration.label.replay import Replay
from tests.integration.label.workplace import Desk, Workplace, old_id

from label_service.adapters.committer import MongoCommitter
from label_service.application.committing import GroupCommitter
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


async def test_what_is_missing_is_said_before_what_may_not_be_done_or_is_stale(workplace: Workplace) -> None:
    job = await workplace.job(1, labels=["dog"], job_id=old_id())
    labeler = (await workplace.joins(job, "labeler")).at(job)
    there, missing = (await job.desk.labels())["dog"]["id"], new_id()
    for method in ("PATCH", "DELETE"):
        assert (await labeler.call(method, f"labels/{missing}", json={"zz": 1})).status_code == 404
        assert (await labeler.call(method, f"labels/{there}", json={"zz": 1})).status_code == 403
    for field in ("name", "color", "description"):
        null = await job.desk.call("PATCH", f"labels/{there}", json={field: None})
        assert (null.status_code, null.json()["errors"][0]["pointer"]) == (422, f"/{field}")
    refused = {"json": {"name": "a b"}, "headers": {"If-Match": '"zz"'}}
    assert (await job.desk.call("PATCH", f"labels/{missing}", **refused)).status_code == 404
    assert (await job.desk.call("PATCH", f"labels/{there}", **refused)).status_code == 422


async def test_labels_are_listed_in_the_order_they_were_made_or_the_other_way(workplace: Workplace) -> None:
    job = await workplace.job(1, labels=["a", "b", "c"])
    names = {
        sort: [one["name"] for one in await job.desk.pages("labels", 1, sort=sort)] for sort in ("added", "-added")
    }
    assert names == {"added": ["a", "b", "c"], "-added": ["c", "b", "a"]}
    cursor = (await job.desk.get("labels", limit=1))["next_cursor"]
    wrong = ({"sort": "name"}, {"sort": "-added", "cursor": cursor})
    answers = [await job.desk.call("GET", "labels", params=params) for params in wrong]
    answers.append(await job.desk.call("GET", "items", params={"cursor": cursor}))
    assert [answer.status_code for answer in answers] == [422, 422, 422]


async def test_rename_holds_at_once_for_every_image(workplace: Workplace) -> None:
    job = await workplace.job(2, labels=["dog"])
    desk = job.desk
    await desk.annotate(job.ids, add=["cat"])
    label = (await desk.labels())["cat"]
    seq = await desk.seq()
    for stale in ('"99"', "1", '"01"', 'W/"1"', '"zz", "99"', f'"{"9" * 5_000}"'):
        refused = await desk.call("PATCH", f"labels/{label['id']}", json={"name": "tom"}, headers={"If-Match": stale})
        assert refused.status_code == 412, stale
    answer = await desk.call(
        "PATCH", f"labels/{label['id']}", json={"name": "kitty"}, headers={"If-Match": f'"zz", {label["etag"]}'}
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


async def test_a_new_look_of_a_label_is_told_like_every_change(workplace: Workplace) -> None:
    job = await workplace.job(1, labels=["dog", "cat"])
    desk = job.desk
    label = (await desk.labels())["dog"]
    seq = await desk.seq()
    for look in ({"color": "#00ff00"}, {"shortcut": "k"}, {"description": "Also puppies."}, {"shortcut": None}):
        answer = await desk.call("PATCH", f"labels/{label['id']}", json=look)
        assert answer.status_code == 200, answer.text
        unchanged = await desk.call("PATCH", f"labels/{label['id']}", json=look)
        assert unchanged.json()["etag"] == answer.json()["etag"]
    entries = await desk.feed(after=seq)
    assert [(entry["kind"], entry["type"]) for entry in entries] == [("label", "labeling.label.updated.v1")] * 4
    assert [entry["seq"] for entry in entries] == list(range(seq + 1, seq + 5))
    assert entries[-1]["label"] == {
        "label_id": label["id"],
        "name": "dog",
        "color": "#00ff00",
        "shortcut": None,
        "description": "Also puppies.",
    }
    replay = Replay()
    for entry in await desk.feed():
        replay.apply(entry)
    assert replay.looks == {
        one["id"]: {name: one[name] for name in ("color", "shortcut", "description")}
        for one in (await desk.labels()).values()
    }
    undo = await desk.call("POST", f"changes/{entries[0]['change_id']}:undo")
    assert (undo.status_code, undo.json()["code"]) == (409, "not-undoable")


async def test_names_may_be_swapped_in_one_commit(workplace: Workplace, service: Service) -> None:
    job = await workplace.job(0, labels=["a", "b"])
    labels = await job.desk.labels()
    a, b = labels["a"]["id"], labels["b"]["id"]
    origin = origin_by(job.owner.id, SystemClock())
    steps = [ChangeLabel(origin, a, name="c"), ChangeLabel(origin, b, name="a"), ChangeLabel(origin, a, name="b")]
    committer = GroupCommitter(MongoCommitter(service.client, service.database, SystemClock()))
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

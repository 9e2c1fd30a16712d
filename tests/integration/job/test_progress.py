"""Progress: what label-service tells adds up, once."""

from datetime import UTC, date, datetime
from typing import Any

from tests.integration.job.others import Publish, SignIn, Somebody, dataset, member, prepared, progress, shared, totals
from tests.support.audited import told as audit_told
from tests.support.waiting import eventually

from labelstream_common.ids import new_id
from labelstream_common.runtime import Service
from labelstream_contracts import (
    AccountCreated,
    Actor,
    Contribution,
    LabelCreated,
    LabelDeleted,
    LabelPayload,
    LabelRef,
    LabelRenamed,
    LabelState,
)
from labelstream_contracts.events import LabelBefore

MONDAY, TUESDAY = date(2026, 2, 2), date(2026, 2, 3)


async def opened(who: Somebody, publish: Publish) -> str:
    of_them = dataset(who.id)
    await publish(of_them)
    return str((await who.opens(of_them.dataset_id))["id"])


async def at(who: Somebody, job_id: str, seq: int) -> dict[str, Any]:
    async def reached() -> dict[str, Any]:
        answer = await who.http.get(f"/jobs/{job_id}/progress")
        assert answer.status_code == 200
        assert answer.json()["seq"] == seq
        return dict(answer.json())

    return await eventually(reached)


async def test_new_job_has_none(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    job = await opened(ada, publish)
    assert (await ada.http.get(f"/jobs/{job}/progress")).json() == {
        "total": 0,
        "labeled": 0,
        "unlabeled": 0,
        "to_confirm": 0,
        "unreadable": 0,
        "seq": 0,
        "labels": [],
        "annotators": [],
        "days": [],
    }


async def test_every_record_counts_once(somebody: SignIn, publish: Publish, service: Service) -> None:
    ada = somebody()
    job = await opened(ada, publish)
    first = progress(job, 3, 3, {"cat": 2, "dog": 1}, (ada.id, MONDAY, 3))
    second = progress(job, 4, 4, {"cat": 3}, ("bob", MONDAY, 1))
    third = progress(job, 6, 6, {"dog": 3}, (ada.id, TUESDAY, 2))
    await publish(prepared(job), first, second, first, second, third, first, third, second)
    found = await at(ada, job, 6)
    assert (found["total"], found["labeled"], found["unlabeled"]) == (10, 6, 4)
    assert {label["label_id"]: label["count"] for label in found["labels"]} == {"cat": 3, "dog": 3}
    assert {who["id"]: who["added"] for who in found["annotators"]} == {ada.id: 5, "bob": 1}
    assert [(day["day"], day["added"]) for day in found["days"]] == [("2026-02-02", 4), ("2026-02-03", 2)]
    table = await ada.http.get(f"/jobs/{job}/progress", headers={"Accept": "text/csv"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    header, *days = [line.split(",") for line in table.text.splitlines()]
    assert header == ["day", "account_id", "name", "added", "removed", "reviewed"]
    assert sorted((row[0], row[1], row[3]) for row in days) == sorted(
        [("2026-02-02", ada.id, "3"), ("2026-02-02", "bob", "1"), ("2026-02-03", ada.id, "2")]
    )
    (entry,) = [one for one in await audit_told(service, job, 2) if one.action == "exported"]
    assert (entry.job_id, entry.actor.id, entry.detail) == (job, ada.id, {"what": "progress", "format": "csv"})
    listed = (await ada.http.get("/jobs")).json()["items"][0]
    assert listed["progress"] == {"total": 10, "labeled": 6, "unlabeled": 4, "to_confirm": 0, "unreadable": 0}
    assert (await ada.sees(job))["progress"] == listed["progress"]


async def test_progress_older_than_it_stands_changes_nothing(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    job = await opened(ada, publish)
    await publish(progress(job, 9, 5, {"cat": 5}, (ada.id, MONDAY, 5)))
    await at(ada, job, 9)
    await publish(prepared(job, 2, total=99), progress(job, 8, 1, {"cat": 1}, (ada.id, MONDAY, 1)))
    await publish(progress(job, 10, 6, {"cat": 6}, (ada.id, MONDAY, 1)))
    found = await at(ada, job, 10)
    assert (found["total"], found["labels"][0]["count"], found["annotators"][0]["added"]) == (10, 6, 6)
    assert (await ada.sees(job))["state"] == "active"


async def test_labels_and_people_are_named(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    job = await opened(ada, publish)
    cat, dog = new_id(), new_id()
    of = {"job_id": job, "change_id": new_id(), "actor": Actor(kind="person", id=ada.id), "at": datetime.now(UTC)}
    events: list[LabelPayload] = [
        LabelCreated(**of, seq=1, label=LabelState(label_id=cat, name="$cat")),
        LabelCreated(**of, seq=2, label=LabelState(label_id=dog, name="dog")),
        LabelRenamed(**of, seq=3, label=LabelState(label_id=cat, name="lion"), before=LabelBefore(name="$cat")),
        LabelDeleted(**of, seq=4, label=LabelRef(label_id=dog, name="dog")),
    ]
    await publish(*events, *events[:2])
    await publish(
        AccountCreated(account_id=ada.id, email="a@b.c", name="Ada", role="member", disabled=False, version=1),
        progress(job, 5, 2, {cat: 2, dog: 1}, (ada.id, MONDAY, 3)),
    )

    async def named() -> None:
        found = (await ada.http.get(f"/jobs/{job}/progress")).json()
        assert found["labels"] == [{"label_id": cat, "name": "lion", "count": 2}]
        assert [(who["kind"], who["name"], who["added"]) for who in found["annotators"]] == [("person", "Ada", 3)]

    await eventually(named)
    preview = await ada.http.delete(f"/jobs/{job}", params={"dry_run": "true"})
    assert preview.json() == {"items": 10, "labeled": 2, "labels": 1}


async def test_nothing_but_people_shows_among_the_annotators(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    job = await opened(ada, publish)
    mixed = progress(job, 3, 4, {"cat": 4}, (ada.id, MONDAY, 1))
    others = tuple(
        Contribution(actor=Actor(kind=kind, id="other"), day=MONDAY, added=1) for kind in ("import", "model", "system")
    )
    await publish(prepared(job), mixed.model_copy(update={"by": (*mixed.by, *others)}))
    found = await at(ada, job, 3)
    assert [(who["kind"], who["id"], who["added"]) for who in found["annotators"]] == [("person", ada.id, 1)]
    assert [day["added"] for day in found["days"]] == [4]


async def test_a_labeler_with_own_items_sees_their_own_work_alone(somebody: SignIn, publish: Publish) -> None:
    ada, ben, eve = somebody(), somebody("annotator"), somebody()
    of_them = dataset(ada.id)
    await publish(of_them)
    job = str((await ada.opens(of_them.dataset_id, team={"assignment": "even"}))["id"])
    path = f"/jobs/{job}/progress"
    await publish(member(job, ben.id), member(job, eve.id, "reviewer"))
    await publish(progress(job, 2, 1, {}))
    assert (await at(ben, job, 2))["total"] == 10, "as long as nobody is known to have anything"
    assert (await ben.sees(job))["progress"]["total"] == 10
    await publish(shared(job, 1, {"else": totals(6, 1)}))

    async def nothing_is_theirs() -> None:
        assert (await ben.sees(job))["progress"]["total"] == 0

    await eventually(nothing_is_theirs)
    fresh = shared(job, 2, {ben.id: totals(4, 3), "else": totals(6, 2)})
    await publish(fresh, shared(job, 1, {ben.id: totals(10)}), fresh)
    await publish(progress(job, 3, 5, {"cat": 5}, (ada.id, MONDAY, 2), (ben.id, MONDAY, 1), (ben.id, TUESDAY, 2)))
    found = await at(ada, job, 3)
    assert {who["id"]: who["added"] for who in found["annotators"]} == {ada.id: 2, ben.id: 3}
    own = await at(ben, job, 3)
    assert [(who["id"], who["added"]) for who in own["annotators"]] == [(ben.id, 3)]
    assert [(day["day"], day["added"]) for day in own["days"]] == [("2026-02-02", 1), ("2026-02-03", 2)]
    counts = {"total": 4, "labeled": 3, "unlabeled": 1, "to_confirm": 0, "unreadable": 0}
    assert own["labels"] == []
    assert {name: own[name] for name in counts} == counts
    assert (await ben.sees(job))["progress"] == counts
    assert [one["progress"] for one in (await ben.http.get("/jobs")).json()["items"]] == [counts]
    for who in (ada, eve):
        assert (await who.sees(job))["progress"] == {**counts, "total": 10, "labeled": 5, "unlabeled": 5}
    table = await ben.http.get(path, headers={"Accept": "text/csv"})
    assert [line.split(",")[1] for line in table.text.splitlines()[1:]] == [ben.id, ben.id]
    assert await at(eve, job, 3) == found, "reviewers see everything"
    everybodys = await ada.http.patch(f"/jobs/{job}", json={"team": {"assignment": "none"}})
    assert everybodys.status_code == 200

    async def sees_all() -> None:
        assert (await ben.http.get(path)).json() == found

    await eventually(sees_all)

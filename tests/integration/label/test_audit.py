"""What label-service tells the audit: exports as they start, and labels that go, each in the transaction of the act."""

import httpx
from tests.integration.label.conftest import SignIn
from tests.integration.label.workplace import Workplace
from tests.support.audited import told

from labelstream_common.runtime import Service
from labelstream_contracts import AuditSubject


async def test_an_export_is_told_before_its_first_byte(workplace: Workplace, service: Service) -> None:
    desk = (await workplace.job(2)).desk
    async with desk.http.stream("GET", f"/jobs/{desk.job_id}/export", params={"format": "csv"}) as reading:
        assert reading.status_code == 200
    (entry,) = await told(service, desk.job_id)
    assert (entry.action, entry.job_id) == ("exported", desk.job_id)
    assert (entry.actor.kind, entry.about) == ("person", AuditSubject(kind="job", id=desk.job_id))
    assert (entry.detail["format"], entry.detail["continued"]) == ("csv", False)
    assert entry.address == "127.0.0.1"
    assert entry.at is not None


async def test_the_table_of_annotators_is_told_and_figures_that_are_looked_at_are_not(
    workplace: Workplace, service: Service
) -> None:
    desk = (await workplace.job(1)).desk
    await desk.get("quality")
    assert (await desk.call("GET", "quality", headers={"Accept": "text/csv"})).status_code == 200
    (entry,) = await told(service, desk.job_id)
    assert (entry.action, entry.job_id, entry.actor.kind) == ("exported", desk.job_id, "person")
    assert (entry.detail["what"], entry.detail["format"]) == ("quality", "csv")


async def test_an_export_that_is_refused_is_not_told(
    workplace: Workplace, somebody: SignIn, stranger: httpx.AsyncClient, service: Service
) -> None:
    desk = (await workplace.job(1)).desk
    path = f"/jobs/{desk.job_id}/export"
    assert (await stranger.get(path)).status_code == 401
    assert (await somebody().http.get(path)).status_code == 404
    assert (await desk.http.get(path, params={"as_of": 10**6})).status_code == 422
    await desk.export()
    assert len(await told(service, desk.job_id)) == 1


async def test_deleting_and_merging_labels_is_told_once_however_often_it_is_asked(
    workplace: Workplace, service: Service
) -> None:
    desk = (await workplace.job(3)).desk
    await desk.annotate((await desk.ids())[:1], add=["cat", "kitty", "dog"])
    labels = await desk.labels()
    body = {"from": [labels["kitty"]["id"]], "into": labels["cat"]["id"]}
    for _ in range(2):
        merged = await desk.call("POST", "labels:merge", json=body, headers={"Idempotency-Key": "merge"})
        deleted = await desk.call("DELETE", f"labels/{labels['dog']['id']}", headers={"Idempotency-Key": "delete"})
        assert (merged.status_code, deleted.status_code) == (202, 202)
    await desk.succeeds(merged)
    removal = await desk.succeeds(deleted)
    (merge,) = await told(service, labels["cat"]["id"])
    assert (merge.action, merge.job_id) == ("labels-merged", desk.job_id)
    assert merge.detail == {"merged": [labels["kitty"]["id"]], "count": 1}
    (deletion,) = await told(service, labels["dog"]["id"])
    assert (deletion.action, deletion.about.kind, deletion.detail) == ("deleted", "label", {"with_images": False})
    for _ in range(2):
        undo = f"changes/{removal['result']['change_id']}:undo"
        undone = await desk.call("POST", undo, headers={"Idempotency-Key": "undo"})
        assert undone.status_code in {200, 202}
    _, restored = await told(service, labels["dog"]["id"], 2)
    assert (restored.action, restored.about.kind, restored.job_id) == ("restored", "label", desk.job_id)
    assert restored.detail == {"restored": [labels["dog"]["id"]], "count": 1}
    entries = await desk.feed()
    assert [each["seq"] for each in entries] == list(range(1, len(entries) + 1)), "the audit takes no number of the job"


async def test_what_is_only_looked_at_is_not_told(workplace: Workplace, service: Service) -> None:
    desk = (await workplace.job(1)).desk
    await desk.annotate(await desk.ids(), add=["cat"])
    label = (await desk.labels())["cat"]
    dry = await desk.call("DELETE", f"labels/{label['id']}", params={"dry_run": "true"})
    assert dry.status_code == 200
    removal = await desk.call("DELETE", f"labels/{label['id']}")
    await desk.succeeds(removal)
    assert len(await told(service, label["id"])) == 1


async def test_an_acceptance_is_told_when_it_is_opened_and_when_it_is_finished(
    workplace: Workplace, service: Service
) -> None:
    desk = (await workplace.job(3)).desk
    ids = await desk.ids()
    await desk.annotate(ids, add=["cat"])
    acceptance = await desk.post("acceptances", {"sample_count": 1}, status=201)
    body = {"outcome": "accept_all"}
    await desk.succeeds(await desk.call("POST", f"acceptances/{acceptance['id']}:finish", json=body))
    opened, finished = await told(service, acceptance["id"], 2)
    assert (opened.action, opened.about.kind, opened.job_id) == ("acceptance-opened", "acceptance", desk.job_id)
    assert opened.detail == {"images": 3, "sample": 1}
    assert (finished.action, finished.actor) == ("acceptance-finished", opened.actor)
    assert finished.detail == {"outcome": "accept_all", "overwrite": False, "accepted": 3, "rejected": 0}

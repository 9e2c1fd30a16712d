"""Deleting and merging labels, and other work that may be cancelled."""

from tests.integration.label.workplace import Workplace

from labelstream_common.ids import new_id


async def test_deleted_label_is_hidden_at_once_and_taken_off_with_events(workplace: Workplace) -> None:
    job = await workplace.job(1_500)
    desk = job.desk
    answer = await desk.call("POST", "annotations", json={"filter": {}, "add": ["cat"]})
    assert answer.status_code == 202
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


async def test_all_labels_of_a_full_job_become_one(workplace: Workplace) -> None:
    """9,999 labels are merged in one request, and gone in the end; each event names a thousand at most."""
    names = [f"{number}-{'猫' * 50}" for number in range(10_000)]
    job = await workplace.job(3, labels=names[:1])
    desk = job.desk
    for first in range(1, 10_000, 1_000):
        several = [{"name": name, "confidence": 0.5} for name in names[first : first + 1_000]]
        body = [
            {"sample_id": job.ids[0], "labels": several[at : at + 200], "model": "net"} for at in range(0, 1_000, 200)
        ]
        for one in body:
            await desk.post("predictions", [one])
    await desk.annotate(job.ids[1:2], set=names[7:9])
    labels = [label["id"] for label in await desk.pages("labels")]
    assert len(labels) == 10_000
    seq = await desk.seq()
    into = (await desk.labels())[names[0]]["id"]
    sources = [one for one in labels if one != into]
    merged = await desk.call("POST", "labels:merge", json={"from": sources, "into": into})
    assert list(await desk.labels()) == names[:1]
    assert [label["name"] for label in (await desk.item(job.ids[1]))["labels"]] == names[:1]
    operation = await desk.succeeds(merged)
    assert (operation["done"], operation["total"]) == (2, 2)
    entries = [entry for entry in await desk.feed(after=seq) if entry["kind"] == "label"]
    told = [entry["from"] for entry in entries if entry["type"] == "labeling.label.merged.v1"]
    assert sorted(one["label_id"] for some in told for one in some) == sorted(sources)
    assert {len(some) for some in told} == {1_000, 999}
    purged = [entry["label"]["label_id"] for entry in entries if entry["type"] == "labeling.label.purged.v1"]
    assert sorted(purged) == sorted(sources)


async def test_merges_that_meet_lose_no_label(workplace: Workplace) -> None:
    job = await workplace.job(30)
    desk = job.desk
    await desk.annotate(job.ids[:20], add=["a"])
    await desk.annotate(job.ids[10:], add=["b"])
    labels = await desk.labels()
    c = await desk.post("labels", {"name": "c"}, status=201)
    a, b = labels["a"]["id"], labels["b"]["id"]
    answers = [  # the second is asked for while the items of the first are still being turned
        await desk.call("POST", "labels:merge", json={"from": [a], "into": b}),
        await desk.call("POST", "labels:merge", json={"from": [b], "into": c["id"]}),
    ]
    for answer in answers:
        await desk.succeeds(answer)
    assert {name: label["count"] for name, label in (await desk.labels()).items()} == {"c": 30}


async def test_cancelled_edit_leaves_what_was_done(workplace: Workplace) -> None:
    job = await workplace.job(3_000)
    desk = job.desk

    answer = await desk.call("POST", "annotations", json={"filter": {}, "add": ["cat"]})
    await desk.http.post(f"/operations/{answer.json()['id']}:cancel")
    operation = await desk.ends(answer)
    assert operation["state"] in {"cancelled", "succeeded"}
    assert (await desk.stats())["labeled"] == operation["done"]

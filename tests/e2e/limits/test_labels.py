"""Label names, label sets and labels of an image at their limits, through every service and door."""

import asyncio
import csv
import io
import json
from typing import Any

import pytest
from tests.e2e.conftest import Door
from tests.e2e.limits.conftest import SECONDS, Api, Dataset

import labelstream

# A letter outside the Basic Multilingual Plane: four bytes in UTF-8, two units in UTF-16.
WIDE = "\U00020000"
LONGEST = WIDE * 1024
PER_ITEM, PER_JOB = 200, 10_000


def _named(number: int) -> str:
    """One of many names that have the full length."""
    return f"{number:04}{WIDE * 1020}"


async def test_a_job_takes_ten_thousand_labels_and_works_with_each(api: Api, few: Dataset) -> None:
    job = await few.job(labels=[{"name": f"label-{number}"} for number in range(PER_JOB)])
    labels = await api.all(f"{job.path}/labels")
    assert sorted(label["name"] for label in labels) == sorted(f"label-{number}" for number in range(PER_JOB))
    first = (await job.samples())[0]
    reply = await job.annotate(sample_ids=[first], add=["label-0", "label-9999"])
    assert reply["changed"] == 1
    assert reply["created_labels"] == []
    stats = await api.get(f"{job.path}/stats")
    assert {label["name"]: label["count"] for label in stats["labels"]}["label-9999"] == 1


async def test_the_label_after_the_ten_thousandth_is_refused_everywhere(api: Api, few: Dataset) -> None:
    labels = [{"name": f"label-{number}"} for number in range(PER_JOB)]
    body = {"name": "one too many", "dataset_id": few.id, "type": "image_classification"}
    problem = await api.refused("POST", "/jobs", {**body, "labels": [*labels, {"name": "one-more"}]})
    assert "labels" in json.dumps(problem)
    job = await few.job(labels=labels)
    problem = await api.refused("POST", f"{job.path}/labels", {"name": "one-more"})
    assert problem["code"] == "too-many-labels"
    sample = (await job.samples())[0]
    problem = await api.refused("POST", f"{job.path}/annotations", {"sample_ids": [sample], "add": ["one-more"]})
    assert problem["code"] == "too-many-labels"
    item = await api.get(f"{job.path}/items/{sample}")
    assert (item["status"], item["version"]) == ("unlabeled", 0)


async def test_a_label_of_full_length_goes_through_every_door(door: Door, api: Api, few: Dataset) -> None:
    job = await few.job(labels=[{"name": "short"}, {"name": LONGEST}])
    sample = (await job.samples())[0]
    await job.annotate(sample_ids=[sample], add=[LONGEST])
    item = await api.get(f"{job.path}/items/{sample}")
    assert [label["name"] for label in item["labels"]] == [LONGEST]
    found = await api.get(f"{job.path}/items", label=LONGEST)
    assert [each["sample_id"] for each in found["items"]] == [sample]
    rows = csv.DictReader(io.StringIO((await api.http.get(f"{job.path}/export?format=csv")).text))
    assert next(row["labels"] for row in rows if row["sample_id"] == sample) == LONGEST
    code, out, err = await door.command("label", job.id, sample, "--add", "short", "--remove", LONGEST, "--json")
    if code == 0:  # the session of the command line is that of the first who signed in
        assert json.loads(out)["changed"] == 1, err
    short = next(each for each in await api.all(f"{job.path}/labels") if each["name"] == "short")
    renamed = await api.patch(f"{job.path}/labels/{short['id']}", {"name": "a" * 1024})
    assert renamed["name"] == "a" * 1024


@pytest.mark.parametrize("name", ["", WIDE * 1025, "a" * 1025, "two words", "a/b", "a\u200bb", "-\u0301"])
async def test_a_name_beyond_the_rule_is_refused_alike_at_every_door(api: Api, few: Dataset, name: str) -> None:
    body = {"name": "refused", "dataset_id": few.id, "type": "image_classification", "labels": [{"name": name}]}
    problem = await api.refused("POST", "/jobs", body)
    assert problem["errors"][0]["pointer"] == "/labels/0/name"
    job = await few.job(labels=[{"name": "fine"}])
    problem = await api.refused("POST", f"{job.path}/labels", {"name": name})
    assert problem["errors"][0]["pointer"] == "/name"
    label = (await api.all(f"{job.path}/labels"))[0]
    problem = await api.refused("PATCH", f"{job.path}/labels/{label['id']}", {"name": name})
    assert problem["errors"][0]["pointer"] == "/name"
    sample = (await job.samples())[0]
    problem = await api.refused("POST", f"{job.path}/annotations", {"sample_ids": [sample], "add": [name]})
    assert problem["errors"][0]["pointer"] == "/add/0"


async def test_an_image_carries_two_hundred_labels_of_full_length_to_the_subscriber(
    door: Door, api: Api, few: Dataset
) -> None:
    job = await few.job()
    sample = (await job.samples())[0]
    names = [_named(number) for number in range(PER_ITEM)]
    await job.annotate(sample_ids=[sample], set=names)
    await job.annotate(sample_ids=[sample], hard=True)  # an event that carries them before and after
    item = await api.get(f"{job.path}/items/{sample}")
    assert [label["name"] for label in item["labels"]] == names
    changes = await api.get(f"{job.path}/changes", after=0, limit=1000)
    last = [each for each in changes["items"] if each["kind"] == "item" and each["sample_id"] == sample][-1]
    assert [label["name"] for label in last["before"]["labels"]] == names
    assert sorted(await _names_of_events(door, job.id, sample)) == sorted(names)


async def test_a_label_too_many_on_an_image_is_refused_and_nothing_changes(api: Api, few: Dataset) -> None:
    job = await few.job()
    sample, other = (await job.samples())[:2]
    names = [f"label-{number}" for number in range(PER_ITEM)]
    problem = await api.refused(
        "POST", f"{job.path}/annotations", {"sample_ids": [sample, other], "set": [*names, "one-more"]}
    )
    assert problem["code"] in {"too-many-labels", "invalid-request"}
    assert (await api.get(f"{job.path}/stats"))["labels"] == []
    assert (await job.annotate(sample_ids=[sample], set=names))["changed"] == 1


async def test_an_image_that_is_full_is_left_alone_and_listed(api: Api, few: Dataset) -> None:
    job = await few.job()
    full, free = (await job.samples())[:2]
    await job.annotate(sample_ids=[full], set=[f"label-{number}" for number in range(PER_ITEM)])
    before = await api.get(f"{job.path}/items/{full}")
    reply = await job.annotate(sample_ids=[full, free], add=["one-more"])
    assert reply["changed"] == 1
    assert [each["sample_id"] for each in reply["conflicts"]] == [full]
    after = await api.get(f"{job.path}/items/{full}")
    assert (after["version"], after["labels"]) == (before["version"], before["labels"])
    assert (await api.get(f"{job.path}/items/{free}"))["labels"][0]["name"] == "one-more"


async def test_labels_that_are_many_and_long_page_by_page(api: Api, few: Dataset) -> None:
    """Ten images of two hundred long labels are eight megabytes: a page ends early, and nothing is left out."""
    job = await few.job()
    samples = list(await job.samples())
    names = [_named(number) for number in range(PER_ITEM)]
    await job.annotate(sample_ids=samples, set=names)
    first = await api.http.get(f"{job.path}/items?limit=1000")
    assert first.status_code == 200
    assert len(first.content) < 6_000_000, "a page ends when it reaches 4 MB"
    items = await api.all(f"{job.path}/items")
    assert sorted(item["sample_id"] for item in items) == sorted(samples)
    assert all(len(item["labels"]) == PER_ITEM for item in items)
    lines = (await api.http.get(f"{job.path}/export")).text.splitlines()
    assert json.loads(lines[-1])["count"] == len(samples)


async def test_two_hundred_labels_on_a_thousand_images_in_one_request(api: Api, many: Dataset) -> None:
    job = await many.job()
    chosen = list(await job.samples())[:1000]
    reply = await api.http.post(
        f"{job.path}/annotations",
        json={"sample_ids": chosen, "add": [f"label-{number}" for number in range(PER_ITEM)]},
    )
    assert reply.status_code in {200, 202}, reply.text[:500]
    result: Any = reply.json() if reply.status_code == 200 else (await api.ended(reply.json()))["result"]
    assert result["changed"] == 1000
    stats = await api.get(f"{job.path}/stats")
    assert (stats["labeled"], {label["count"] for label in stats["labels"]}) == (1000, {1000})
    changes = [each for each in await _changes(api, job.path) if each["kind"] == "item" and each.get("before")]
    labeled = [each for each in changes if each["after"]["labels"]]
    assert len({each["sample_id"] for each in labeled}) == 1000


async def _changes(api: Api, path: str) -> list[Any]:
    after, found = 0, list[Any]()
    while True:
        page = await api.get(f"{path}/changes", after=after, limit=1000)
        if not page["items"]:
            return found
        found += page["items"]
        after = page["next_after"]


async def _names_of_events(door: Door, job_id: str, sample_id: str) -> list[str]:
    """The labels that the newest event of an image carries, read from the topic's beginning."""
    async with asyncio.timeout(SECONDS), labelstream.subscribe(**door.kafka, job=job_id, finite=True) as changes:
        newest: list[str] = []
        async for change in changes:
            if isinstance(change, labelstream.ItemChanged) and change.sample_id == sample_id and change.after:
                newest = list(change.after.names)
        return newest

"""From the reply to a deletion or a merge on, every read shows its end, though the tidying behind it is held back.

Nothing runs operations here but the tests themselves, in small pieces and in any order.
"""

import os
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest
import pytest_asyncio
from joserfc.jwk import OKPKey
from tests.integration.label.conftest import running
from tests.integration.label.exactness import check_counters, check_history
from tests.integration.label.program import NAMES, Program
from tests.integration.label.stepping import Runner, everywhere
from tests.integration.label.workplace import Desk, Job, Workplace

from label_service.application.lanes import Lanes
from label_service.settings import Settings
from labelstream_common.messaging.topic_admin import ensure_topics
from labelstream_common.operations import claims, ledger
from labelstream_common.runtime import Role, Service
from labelstream_contracts import TOPICS

SEEDS = [int(seed) for seed in os.environ.get("LABEL_PROGRAM_SEEDS", "21,22").split(",")]
Shown = dict[str, tuple[str, bool, list[tuple[str, str, str]]]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service(settings: Settings, signing_key: OKPKey, no_topics: None) -> AsyncIterator[Service]:
    """The service without its runner of operations."""
    await ensure_topics(settings.kafka_bootstrap_servers, TOPICS)
    async with running(settings, signing_key, [Role.CONSUMERS, Role.RELAY]) as service:
        yield service
        await service.client.drop_database(service.database.name)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lanes, "piece", lambda _lanes, _job_id: 3)
    for module in (claims, ledger):  # each runner keeps its own
        monkeypatch.setattr(module, "LEASE_END", {"$add": ["$$NOW", 600_000]})


class HeldProgram(Program):
    """Random steps; deletions and merges are tidied up now and then by a few items, in any order."""

    def __init__(self, seed: int, job: Job, people: list[Any], service: Service) -> None:
        super().__init__(seed, job, people)
        self.service = service
        self.runners: list[Runner] = []
        self.seen: dict[int, Shown] = {}

    async def step(self) -> None:
        steps = [self.label, self.decide, self.rename, self.delete, self.merge, self.tidy, self.remember]
        await self.dice.choices(steps, [8, 2, 1, 3, 3, 4, 3])[0]()

    async def label(self) -> None:
        """Versions differ from the model's until everything is tidied, so nothing is expected of them."""
        person, desk = self.anybody()
        ids, names = self.some_ids(), self.some_names()
        kind = self.dice.choice(["add", "remove", "set", "replace", "hard", "predict"])
        if kind == "predict":
            body = [
                {"sample_id": one, "labels": [{"name": n, "confidence": 0.5} for n in names], "model": "net"}
                for one in ids
            ]
            reply = await self.job.desk.post("predictions", body)
            self.model.predict(reply["change_id"], ids, names)
        else:
            edit: dict[str, Any] = {kind: names}
            if kind == "replace":
                edit = {"replace": {"from": names[0], "to": self.dice.choice(NAMES)}}
            elif kind == "hard":
                edit = {"hard": self.dice.random() < 0.5}
            reply = await desk.annotate(ids, **edit)
            self.compare(reply, self.model.annotate(reply["change_id"], ids, person.id, edit, {}))
        assert reply["counts"] == self.totals()

    async def delete(self) -> None:
        labels = await self.job.desk.labels()
        if labels:
            name = self.dice.choice(sorted(labels))
            dry = await self.job.desk.call("DELETE", f"labels/{labels[name]['id']}", params={"dry_run": "true"})
            answer = await self.job.desk.call("DELETE", f"labels/{labels[name]['id']}")
            assert answer.status_code == 202
            self.runners.append(await Runner.of(self.service))
            assert dry.json()["items"] == self.model.delete(name)

    async def merge(self) -> None:
        labels = await self.job.desk.labels()
        if len(labels) > 1:
            source, into = self.dice.sample(sorted(labels), 2)
            body = {"from": [labels[source]["id"]], "into": labels[into]["id"]}
            dry = await self.job.desk.call("POST", "labels:merge", json=body, params={"dry_run": "true"})
            answer = await self.job.desk.call("POST", "labels:merge", json=body)
            assert answer.status_code == 202
            self.runners.append(await Runner.of(self.service))
            assert dry.json()["items"] == self.model.merge(source, into)

    async def tidy(self) -> None:
        if self.runners:
            runner = self.dice.choice(self.runners)
            if await runner.step():
                self.runners.remove(runner)

    async def tidy_all(self) -> None:
        while self.runners:
            await self.tidy()

    async def remember(self) -> None:
        self.seen[await self.job.desk.seq()] = self.shown()

    def shown(self) -> Shown:
        return {one: (status, hard, labels) for one, (_, status, hard, labels) in self.model.shown().items()}

    def totals(self) -> dict[str, int]:
        statuses = [item.status for item in self.model.items.values()]
        found = {status: statuses.count(status) for status in ("labeled", "unlabeled", "to_confirm")}
        return {"total": len(statuses), **found}

    async def check_reads(self) -> None:
        """Every way to read the present gives what the model has."""
        desk, expected = self.job.desk, self.shown()
        assert states(await desk.items()) == expected
        assert {name: one["count"] for name, one in (await desk.labels()).items()} == self.model.counts()
        await check_counters(desk)
        one = self.dice.choice(self.job.ids)
        detail = await desk.item(one)
        assert states([detail])[one] == expected[one]
        check_changes(detail)
        await self.check_filters(desk, expected)
        assert states((await desk.export()).items) == expected

    async def check_filters(self, desk: Desk, expected: Shown) -> None:
        status = self.dice.choice(["labeled", "unlabeled", "to_confirm"])
        person = self.dice.choice(self.people).id
        first, second = self.dice.sample(NAMES, 2)
        source = self.dice.choice(["person", "model"])
        filters: list[tuple[dict[str, Any], Any]] = [
            ({"status": status}, lambda one: one[0] == status),
            ({"label": first}, lambda one: first in names_in(one)),
            ({"label": [first, second], "label_match": "all"}, lambda one: {first, second} <= names_in(one)),
            ({"label": [first, second]}, lambda one: bool({first, second} & names_in(one))),
            ({"labeled_by": person}, lambda one: any(by == person for _, _, by in one[2])),
            ({"source": source}, lambda one: any(given == source for _, given, _ in one[2])),
            (
                {"source": source, "status": status, "hard": True},
                lambda one: one[:2] == (status, True) and source in {given for _, given, _ in one[2]},
            ),
        ]
        for wanted, matches in filters:
            matching = [sample_id for sample_id, one in sorted(expected.items()) if matches(one)]
            assert await desk.ids(limit=self.dice.randint(1, 4), **wanted) == matching, wanted
            assert sorted(await desk.ids(sort="-labeled_at", limit=3, **wanted)) == matching, wanted
            stats = await desk.stats(**wanted)
            assert stats["total"] == len(matching), wanted
            assert stats["labeled"] == sum(expected[one][0] == "labeled" for one in matching)
        chosen = self.dice.sample(self.job.ids, 3)
        stats = await desk.post("stats", {"sample_ids": chosen})
        carried = [name for one in chosen for name, given, _ in expected[one][2] if given != "model"]
        assert {one["name"]: one["count"] for one in stats["labels"] if one["count"]} == {
            name: carried.count(name) for name in carried
        }
        assert stats["unlabeled"] == sum(expected[one][0] == "unlabeled" for one in chosen)

    async def check_past(self) -> None:
        """What was seen at a moment is what every later look at it shows."""
        desk = self.job.desk
        for seq, expected in self.seen.items():
            assert states((await desk.export(as_of=seq)).items) == expected
            assert states(await desk.items(as_of=seq, limit=3)) == expected
        for earlier, later in zip(sorted(self.seen), sorted(self.seen)[1:], strict=False):
            rows = await desk.pages("diff", 2, **{"from": earlier, "to": later})
            before, after = self.seen[earlier], self.seen[later]
            found = {row["sample_id"]: row for row in rows}
            assert {one for one in before if ids_in(before[one]) != ids_in(after[one])} <= found.keys()
            for sample_id, row in found.items():
                assert state_of(row["before"]) == before[sample_id]
                assert state_of(row["after"]) == after[sample_id]


def check_changes(item: dict[str, Any]) -> None:
    """The history of an item ends where the item is, and each change begins where the one before it ended."""
    changes = item["changes"]
    assert state_of(changes[0]["after"]) == state_of(item) if changes else item["labels"] == []
    for later, earlier in pairwise(changes):
        assert [one["label_id"] for one in later["before"]["labels"]] == [
            one["label_id"] for one in earlier["after"]["labels"]
        ]
        assert later["version"] == earlier["version"] + 1
    told = [change for change in changes if not change.get("pending")]
    assert (told[0]["version"] if told else 0) == item["version"]


def ids_in(one: tuple[str, bool, list[tuple[str, str, str]]]) -> object:
    """What a difference is made of; names that only changed make none, so labels are counted."""
    return one[0], one[1], sorted(source for _, source, _ in one[2])


def names_in(one: tuple[str, bool, list[tuple[str, str, str]]]) -> set[str]:
    return {name for name, _, _ in one[2]}


def state_of(item: dict[str, Any]) -> tuple[str, bool, list[tuple[str, str, str]]]:
    labels = sorted((label["name"], label["source"], label["by"]) for label in item["labels"])
    return item["status"], item["hard"], labels


def states(items: list[dict[str, Any]]) -> Shown:
    return {item["sample_id"]: state_of(item) for item in items}


@pytest.mark.parametrize("seed", SEEDS)
async def test_every_read_shows_the_end_while_the_tidying_is_held_back(
    workplace: Workplace, service: Service, seed: int
) -> None:
    job = await workplace.job(8)
    people = [job.owner, await workplace.joins(job, "labeler")]
    program = HeldProgram(seed, job, people, service)
    for turn in range(24):
        await program.step()
        await program.check_reads()
        if turn % 8 == 7:
            await program.check_past()
    await program.tidy_all()
    await program.check_reads()
    await program.check_past()
    await check_history(job.desk)


async def test_export_of_one_seq_is_the_same_during_the_tidying_and_after_it(
    workplace: Workplace, service: Service
) -> None:
    job = await workplace.job(12)
    desk = job.desk
    labels = await everywhere(job, "cat", "kitty", "dog")
    await desk.annotate(job.ids[:6], remove=["dog"])
    before = await desk.seq()
    body = {"from": [labels["kitty"]], "into": labels["cat"]}
    assert (await desk.call("POST", "labels:merge", json=body)).status_code == 202
    merge = await Runner.of(service)
    assert (await desk.call("DELETE", f"labels/{labels['cat']}")).status_code == 202
    deletion = await Runner.of(service)
    assert [item["labels"] for item in await desk.items(status="unlabeled")] == [[]] * 6
    assert (await desk.stats())["unlabeled"] == 6
    after = await desk.seq()
    during = {
        (form, seq): (await desk.export(as_of=seq, format=form)).content
        for form in ("ndjson", "csv", "manifest")
        for seq in (before, after)
    }
    while not await deletion.step():
        pass
    while not await merge.step():
        pass
    for (form, seq), content in during.items():
        assert (await desk.export(as_of=seq, format=form)).content == content, (form, seq)
    await check_counters(desk)


async def test_cancelled_deletion_shows_the_label_again_everywhere(workplace: Workplace, service: Service) -> None:
    job = await workplace.job(9)
    desk = job.desk
    labels = await everywhere(job, "cat")
    await desk.annotate(job.ids[:2], add=["dog"])
    removal = await desk.call("DELETE", f"labels/{labels['cat']}")
    runner = await Runner.of(service)
    assert not await runner.step()
    assert (await desk.stats())["labeled"] == 2
    held = await desk.seq()
    assert (await desk.http.post(f"/operations/{removal.json()['id']}:cancel")).status_code == 200
    await check_counters(desk)
    stats = await desk.stats()
    assert stats["labeled"] == len([item for item in await desk.items() if item["labels"]])
    back = [row["sample_id"] for row in await desk.pages("diff", **{"from": held, "to": await desk.seq()})]
    assert back == await desk.ids(label="cat")
    await check_history(desk)


async def test_history_of_an_image_shows_the_end_and_the_feed_what_has_happened(
    workplace: Workplace, service: Service
) -> None:
    job = await workplace.job(1)
    desk = job.desk
    labels = await everywhere(job, "kitty", "cat", "dog")
    began = await desk.seq()
    body = {"from": [labels["kitty"]], "into": labels["cat"]}
    merged = await desk.call("POST", "labels:merge", json=body)
    merge = await Runner.of(service)
    deleted = await desk.call("DELETE", f"labels/{labels['dog']}")
    deletion = await Runner.of(service)
    assert (merged.status_code, deleted.status_code) == (202, 202)
    during = await desk.item(job.ids[0])
    deleting, merging, labeling = during["changes"]
    assert [names(change["before"]) for change in during["changes"]] == [["cat", "dog"], ["kitty", "cat", "dog"], []]
    assert [names(change["after"]) for change in during["changes"]] == [
        ["cat"],
        ["cat", "dog"],
        ["kitty", "cat", "dog"],
    ]
    assert [change["cause"] for change in (deleting, merging)] == ["label-deleted", "label-merged"]
    assert (deleting["pending"], merging["pending"], "pending" in labeling) == (True, True, False)
    assert [change["version"] for change in during["changes"]] == [3, 2, 1]
    assert deleting["actor"] == {"kind": "person", "id": job.owner.id}
    feed = await desk.feed(after=began)
    assert [entry["kind"] for entry in feed] == ["label", "label"], "the log has what happened, and nothing else"
    for runner in (merge, deletion):
        while not await runner.step():
            pass
    after = await desk.item(job.ids[0])
    assert not any("pending" in change for change in after["changes"])
    same = ("version", "before", "after", "cause", "change_id", "actor", "at")
    assert [[change[name] for name in same] for change in after["changes"]] == [
        [change[name] for name in same] for change in during["changes"]
    ]
    assert (await desk.feed())[: len(feed) + began] == [*(await desk.feed())[:began], *feed]


def names(state: dict[str, Any]) -> list[str]:
    return [label["name"] for label in state["labels"]]


async def test_a_review_is_gone_with_the_last_label_that_it_is_of(workplace: Workplace) -> None:
    job = await workplace.job(4)
    one, two, three, four = job.ids
    await job.desk.annotate([one, two], add=["cat"])
    await job.desk.annotate([two, three], add=["dog"])
    await job.desk.post("items:review", {"sample_ids": [one, two, three], "decision": "accept"})
    cat = (await job.desk.labels())["cat"]["id"]
    assert (await job.desk.call("DELETE", f"labels/{cat}")).status_code == 202
    assert (await job.desk.ids(review="accepted"), await job.desk.ids(review="none")) == ([two, three], [one, four])
    assert [(await job.desk.stats(review=state))["total"] for state in ("accepted", "none", "pending")] == [2, 2, 0]
    assert (await job.desk.item(one))["review"] is None
    assert await job.desk.ids(as_of=await job.desk.seq(), review="accepted") == [two, three]
    again = await job.desk.post("items:review", {"sample_ids": [one], "decision": "reject"})
    assert [conflict["sample_id"] for conflict in again["conflicts"]] == [one]
    acceptance = await job.desk.post("acceptances", {"sample_ratio": 1}, status=201)
    assert (acceptance["counts"]["labeled"], acceptance["counts"]["sample"]) == (2, 2)

"""A random program of one client step after another, each compared with the model."""

import random
from typing import Any

from tests.integration.label.model import Done, Model
from tests.integration.label.workplace import Desk, Job, Somebody

NAMES = ["cat", "dog", "bird", "fish", "cow", "猫"]


def dice_of(seed: float) -> random.Random:
    return random.Random(seed)  # noqa: S311 - programs must be repeatable


class Program:
    """One random client step after another, each compared with the model."""

    def __init__(self, seed: int, job: Job, people: list[Somebody]) -> None:
        self.dice = dice_of(seed)
        self.job = job
        self.people = people
        self.model = Model(job.ids)
        self.undoable: list[str] = []

    def some_ids(self) -> list[str]:
        chosen = self.dice.sample(self.job.ids, self.dice.randint(1, len(self.job.ids)))
        return chosen + (["01900000-0000-7000-8000-000000000000"] if self.dice.random() < 0.2 else [])

    def some_names(self) -> list[str]:
        return self.dice.sample(NAMES, self.dice.randint(1, 2))

    async def step(self) -> None:
        step = self.dice.choices(
            [
                self.annotate,
                self.predict,
                self.decide,
                self.undo,
                self.rename,
                self.delete,
                self.delete_and_think_better_of_it,
                self.merge,
            ],
            [10, 3, 3, 4, 1, 1, 1, 1],
        )[0]
        await step()

    def anybody(self) -> tuple[Somebody, Desk]:
        person = self.dice.choice(self.people)
        return person, person.at(self.job)

    async def annotate(self) -> None:
        person, desk = self.anybody()
        ids, names = self.some_ids(), self.some_names()
        kind = self.dice.choice(["add", "remove", "set", "replace", "hard"])
        edit: dict[str, Any] = {kind: names}
        if kind == "replace":
            edit = {"replace": {"from": names[0], "to": self.dice.choice(NAMES)}}
        elif kind == "hard":
            edit = {}
        if kind == "hard" or self.dice.random() < 0.2:
            edit["hard"] = self.dice.random() < 0.5
        expect = {}
        if self.dice.random() < 0.3:
            expect = {one: self.dice.randint(0, 3) for one in ids[:2]}
        reply = await desk.annotate(ids, **edit, expect=expect)
        self.compare(reply, self.model.annotate(reply["change_id"], ids, person.id, edit, expect))

    async def predict(self) -> None:
        ids, names = self.some_ids(), self.some_names()
        labels = [{"name": name, "confidence": 0.5} for name in names]
        body = [{"sample_id": one, "labels": labels, "model": "net"} for one in ids]
        before = {one: self.model.items[one].state() for one in ids if one in self.model.items}
        reply = await self.job.desk.post("predictions", body)
        expected = self.model.predict(reply["change_id"], ids, names)
        if any(self.model.items[one].state() == state for one, state in before.items()):
            # Only how uncertain the model was may be new to such an item: that is a change, of its version alone.
            versions = {item["sample_id"]: item["version"] for item in await self.job.desk.items()}
            for one in before:
                grown = versions[one] - self.model.items[one].version
                assert grown in (0, 1)
                if grown:
                    item = self.model.items[one]
                    item.version += 1
                    item.put_back = False
                    expected.changed, expected.unchanged = expected.changed + 1, expected.unchanged - 1
                    self.model.changes[reply["change_id"]][one] = (item.state(), item.version, item.state())
        self.compare(reply, expected)

    async def decide(self) -> None:
        person, desk = self.anybody()
        ids = self.some_ids()
        if self.dice.random() < 0.5:
            reply = await desk.post("items:confirm", {"sample_ids": ids})
            self.compare(reply, self.model.confirm(reply["change_id"], ids, person.id))
        else:
            reply = await desk.post("items:reject", {"sample_ids": ids})
            self.compare(reply, self.model.reject(reply["change_id"], ids))

    async def undo(self) -> None:
        undoable = [change for change, items in self.model.changes.items() if items]
        if undoable:
            change = self.dice.choice(undoable[-6:])
            reply = await self.job.desk.undo(change)
            expected = self.model.undo(reply["change_id"], change)
            expected.unchanged = reply["unchanged"]
            self.compare(reply, expected)

    async def rename(self) -> None:
        labels = await self.job.desk.labels()
        free = [name for name in NAMES if name not in labels]
        if labels and free:
            old, new = self.dice.choice(sorted(labels)), self.dice.choice(free)
            answer = await self.job.desk.call("PATCH", f"labels/{labels[old]['id']}", json={"name": new})
            assert answer.status_code == 200
            self.model.rename(old, new)

    async def delete(self) -> None:
        labels = await self.job.desk.labels()
        if labels:
            name = self.dice.choice(sorted(labels))
            answer = await self.job.desk.call("DELETE", f"labels/{labels[name]['id']}")
            operation = await self.job.desk.succeeds(answer)
            assert operation["done"] == self.model.delete(name)

    async def delete_and_think_better_of_it(self) -> None:
        """Cancelled before its only chunk, after it, or too late."""
        labels = await self.job.desk.labels()
        if labels:
            name = self.dice.choice(sorted(labels))
            answer = await self.job.desk.call("DELETE", f"labels/{labels[name]['id']}")
            await self.job.desk.http.post(f"/operations/{answer.json()['id']}:cancel")
            operation = await self.job.desk.ends(answer)
            if operation["state"] == "succeeded":
                assert operation["done"] == self.model.delete(name)
            elif operation["done"]:
                assert operation["done"] == self.model.take_off(name)

    async def merge(self) -> None:
        labels = await self.job.desk.labels()
        if len(labels) > 1:
            source, into = self.dice.sample(sorted(labels), 2)
            body = {"from": [labels[source]["id"]], "into": labels[into]["id"]}
            operation = await self.job.desk.succeeds(await self.job.desk.call("POST", "labels:merge", json=body))
            assert operation["done"] == self.model.merge(source, into)

    def compare(self, reply: dict[str, Any], done: Done) -> None:
        assert (reply["changed"], reply["unchanged"]) == (done.changed, done.unchanged)
        assert sorted(label["name"] for label in reply["created_labels"]) == sorted(done.created)
        assert sorted(one["sample_id"] for one in reply["conflicts"]) == sorted(done.conflicts)
        assert sorted(reply["missing"]) == sorted(done.missing)

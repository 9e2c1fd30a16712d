"""A job as plain Python: what the commands of people and models make of items and labels, written down naively."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

PERSON, MODEL = "person", "model"


@dataclass
class Item:
    """`labels`: by label number, the source and who gave it."""

    labels: dict[int, tuple[str, str]] = field(default_factory=dict)
    hard: bool = False
    version: int = 0
    put_back: bool = False

    @property
    def status(self) -> str:
        sources = {source for source, _ in self.labels.values()}
        return "unlabeled" if not sources else "to_confirm" if sources == {MODEL} else "labeled"

    def state(self) -> tuple[tuple[tuple[int, tuple[str, str]], ...], bool]:
        return tuple(self.labels.items()), self.hard


@dataclass
class Done:
    changed: int = 0
    unchanged: int = 0
    created: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


State = tuple[tuple[tuple[int, tuple[str, str]], ...], bool]
Change = tuple[State, int, State]
Step = Callable[[Item], None]


class Model:
    def __init__(self, ids: Iterable[str]) -> None:
        self.items = {sample_id: Item() for sample_id in ids}
        self.names: dict[int, str] = {}
        self.made = 0
        self.changes: dict[str, dict[str, Change]] = {}

    def number(self, name: str) -> int | None:
        return next((number for number, one in self.names.items() if one == name), None)

    def create(self, name: str) -> int:
        self.made += 1
        self.names[self.made] = name
        return self.made

    def annotate(self, change: str, ids: list[str], by: str, edit: dict[str, Any], expect: dict[str, int]) -> Done:
        wanted = list(edit.get("add") or edit.get("set") or ())
        if "replace" in edit:
            wanted = [edit["replace"]["to"]]
        before_names = dict(self.names)
        new = [name for name in dict.fromkeys(wanted) if self.number(name) is None]
        for name in new:
            self.create(name)

        def step(item: Item) -> None:
            self._edit(item, by, edit)

        done = self._each(change, ids, step, expect)
        carried = {number for sample_id in ids if sample_id in self.items for number in self.items[sample_id].labels}
        done.created = [name for name in new if self.number(name) in carried]
        self.names = {one: name for one, name in self.names.items() if one in before_names or one in carried}
        return done

    def _edit(self, item: Item, by: str, edit: dict[str, Any]) -> None:
        if edit.get("hard") is not None:
            item.hard = edit["hard"]
        numbers = {name: self.number(name) for name in [*edit.get("add", ()), *(edit.get("set") or ())]}
        if "set" in edit:
            self._drop_waiting(item)
            keep = {numbers[name] for name in edit["set"]}
            item.labels = {one: given for one, given in item.labels.items() if one in keep}
            self._give(item, by, [numbers[name] for name in edit["set"]])
        elif "replace" in edit:
            old = self.number(edit["replace"]["from"])
            if old is not None and old in item.labels and edit["replace"]["from"] != edit["replace"]["to"]:
                self._drop_waiting(item)
                item.labels.pop(old, None)
                self._give(item, by, [self.number(edit["replace"]["to"])])
        else:
            gone = {self.number(name) for name in edit.get("remove", ())} - {None}
            if edit.get("add") or edit.get("remove"):
                self._drop_waiting(item)
            for number in gone:
                item.labels.pop(number, None)  # type: ignore[arg-type]
            self._give(item, by, [numbers[name] for name in edit.get("add", ())])

    @staticmethod
    def _drop_waiting(item: Item) -> None:
        item.labels = {one: given for one, given in item.labels.items() if given[0] != MODEL}

    @staticmethod
    def _give(item: Item, by: str, numbers: list[int | None]) -> None:
        for number in numbers:
            assert number is not None
            item.labels.setdefault(number, (PERSON, by))

    def predict(self, change: str, ids: list[str], names: list[str]) -> Done:
        new = [name for name in dict.fromkeys(names) if self.number(name) is None]
        numbers = [self.number(name) or self.create(name) for name in names]

        def step(item: Item) -> None:
            self._drop_waiting(item)
            for number in numbers:
                item.labels.setdefault(number, (MODEL, "net"))

        before = {number: name for number, name in self.names.items() if name not in new}
        done = self._each(change, ids, step, {})
        carried = {number for sample_id in ids if sample_id in self.items for number in self.items[sample_id].labels}
        done.created = [name for name in new if self.number(name) in carried]
        self.names = {number: name for number, name in self.names.items() if number in before or number in carried}
        return done

    def confirm(self, change: str, ids: list[str], by: str) -> Done:
        def step(item: Item) -> None:
            item.labels = {one: (PERSON, by) if given[0] == MODEL else given for one, given in item.labels.items()}

        return self._each(change, ids, step, {})

    def reject(self, change: str, ids: list[str]) -> Done:
        return self._each(change, ids, self._drop_waiting, {})

    def undo(self, change: str, undone: str) -> Done:
        done = Done()
        noted: dict[str, Change] = {}
        for sample_id, (before, version, after) in self.changes[undone].items():
            item = self.items.get(sample_id)
            labels, hard = before
            if item is None:
                done.missing.append(sample_id)
            elif (
                not (item.version == version or (item.put_back and item.state() == after))
                or not {number for number, _ in labels} <= self.names.keys()
            ):
                done.conflicts.append(sample_id)
            else:
                state = item.state()
                if state == before:
                    continue
                item.labels, item.hard = dict(labels), hard
                item.version += 1
                item.put_back = True
                noted[sample_id] = (state, item.version, before)
                done.changed += 1
        self.changes[change] = noted
        return done

    def delete(self, name: str) -> int:
        number = self.number(name)
        assert number is not None
        carriers = self.take_off(name)
        del self.names[number]
        return carriers

    def take_off(self, name: str) -> int:
        number = self.number(name)
        assert number is not None
        carriers = [item for item in self.items.values() if number in item.labels]
        for item in carriers:
            del item.labels[number]
            item.version += 1
            item.put_back = False
        return len(carriers)

    def merge(self, source: str, into: str) -> int:
        old, new = self.number(source), self.number(into)
        assert old is not None
        assert new is not None
        del self.names[old]
        carriers = [item for item in self.items.values() if old in item.labels]
        for item in carriers:
            alike = [one for one in item.labels if one in (old, new)]
            stays = next((one for one in alike if item.labels[one][0] != MODEL), alike[0])
            item.labels = {
                new if one == stays else one: given
                for one, given in item.labels.items()
                if one == stays or one not in alike
            }
            item.version += 1
            item.put_back = False
        return len(carriers)

    def rename(self, name: str, new: str) -> None:
        number = self.number(name)
        assert number is not None
        self.names[number] = new

    def _each(self, change: str, ids: list[str], step: Step, expect: dict[str, int]) -> Done:
        done, noted = Done(), dict[str, Change]()
        for sample_id in dict.fromkeys(ids):
            item = self.items.get(sample_id)
            if item is None:
                done.missing.append(sample_id)
                continue
            if expect.get(sample_id, item.version) != item.version:
                done.conflicts.append(sample_id)
                continue
            before = item.state()
            step(item)
            if item.state() == before:
                done.unchanged += 1
                continue
            item.version += 1
            item.put_back = False
            done.changed += 1
            noted[sample_id] = (before, item.version, item.state())
        self.changes[change] = noted
        return done

    def shown(self) -> dict[str, Any]:
        return {
            sample_id: (
                item.version,
                item.status,
                item.hard,
                sorted((self.names[number], source, by) for number, (source, by) in item.labels.items()),
            )
            for sample_id, item in self.items.items()
        }

    def counts(self) -> dict[str, int]:
        return {
            name: sum(item.labels.get(number, (MODEL, ""))[0] != MODEL for item in self.items.values())
            for number, name in self.names.items()
        }

"""What an undo has to put back, read from the change log."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from label_service.application.change_feed import ChangeFeed
from label_service.application.known_answers import AnsweredItems
from label_service.application.lanes import MAX_ITEMS_OF_COMMIT
from label_service.application.told_states import state_in
from label_service.domain.actors import Cause
from label_service.domain.commands import Undone
from label_service.domain.label_management import ChangeNotUndoable
from labelstream_common.errors import Forbidden, NotFound


class ChangeNotFound(NotFound):
    code = "change-not-found"

    def __init__(self, change_id: str) -> None:
        super().__init__("The job has no change of images with this id.", change_id=change_id)


class ChangeOfSomebodyElse(Forbidden):
    code = "change-of-somebody-else"

    def __init__(self) -> None:
        super().__init__("You can undo only your own changes. A manager of the job can undo those of others.")


class Renaming(NamedTuple):
    label_id: str
    before: str
    after: str


class Undoing:
    """What one undo has to put back: items, labels that were deleted or merged away, and names."""

    def __init__(self) -> None:
        self.states: dict[str, Undone] = {}
        self.hidden: list[str] = []
        self.renamed: list[Renaming] = []
        self.last = 0
        self.actors: set[str] = set()
        self.answered: list[str] = []
        """Items whose open answers were given in it."""
        self.judges = False
        """Whether it puts back what reviewers decided, or takes back what they took back."""

    @property
    def is_empty(self) -> bool:
        return not (self.states or self.hidden or self.renamed or self.answered)

    @property
    def manages_labels(self) -> bool:
        return bool(self.hidden or self.renamed)

    def read(self, entry: Mapping[str, Any]) -> None:
        self.last = entry["seq"]
        if entry["kind"] == "label":
            self._read_label(entry)
        elif entry["kind"] == "item" and entry["before"] is not None and entry["after"] is not None:
            if entry["cause"] != Cause.CONSENSUS:  # it is nobody's; who gave the last answer is told of a conflict
                self.actors.add(entry["actor"]["id"])
            self.judges = self.judges or _judges(entry)
            known = self.states.get(entry["sample_id"])
            before = known.before if known else state_in(entry["before"])
            self.states[entry["sample_id"]] = Undone(entry["version"], before, state_in(entry["after"]))

    def _read_label(self, entry: Mapping[str, Any]) -> None:
        self.actors.add(entry["actor"]["id"])
        match entry["type"].split(".")[2]:
            case "deleted":
                self.hidden.append(entry["label"]["label_id"])
            case "merged":
                self.hidden += [one["label_id"] for one in entry["from"]]
            case "renamed":
                label = entry["label"]
                self.renamed.append(Renaming(label["label_id"], entry["before"]["name"], label["name"]))


def _judges(entry: Mapping[str, Any]) -> bool:
    """Whether a change of an item is a reviewer's judgement, or the undo of one."""
    if entry["cause"] in (Cause.REVIEW, Cause.ACCEPTANCE):
        return True
    before, after = entry["before"], entry["after"]
    if entry["cause"] != Cause.UNDO or before["labels"] != after["labels"] or before["hard"] != after["hard"]:
        return False
    return bool(before.get("review") != after.get("review"))


async def read_change(
    log: ChangeFeed, job_id: str, change_id: str, *, after: int = 0, limit: int
) -> tuple[Undoing, bool]:
    """Up to `limit` items of a change beyond `seq` `after`, and whether that is all of it."""
    undoing = Undoing()
    async for entry in log.of_change(job_id, change_id, after):
        if len(undoing.states) == limit:
            return undoing, False
        undoing.read(orjson.loads(entry.json))
    return undoing, True


async def check_change(
    job_id: str, change_id: str, account_id: str, *, log: ChangeFeed, answers: AnsweredItems
) -> None:
    """Raises ChangeNotFound."""
    async for _ in log.of_change(job_id, change_id):
        return
    if await answers.given_in(job_id, account_id, change_id, 1):
        return
    if await log.who_changed_nothing(job_id, change_id) is None:
        raise ChangeNotFound(change_id)


async def changes_to_undo(
    job_id: str, change_id: str, account_id: str, *, anybodys: bool, log: ChangeFeed, answers: AnsweredItems
) -> tuple[Undoing, bool]:
    """What a change did, up to 1,000 items, and whether that is all.

    Raises ChangeNotFound, ChangeNotUndoable, or ChangeOfSomebodyElse unless `anybodys` changes may be undone.
    """
    undoing, complete = await read_change(log, job_id, change_id, limit=MAX_ITEMS_OF_COMMIT)
    undoing.answered = await answers.given_in(job_id, account_id, change_id, MAX_ITEMS_OF_COMMIT + 1)
    complete = complete and len(undoing.states) + len(undoing.answered) <= MAX_ITEMS_OF_COMMIT
    if undoing.last == 0 and undoing.is_empty:
        somebody = await log.who_changed_nothing(job_id, change_id)
        if somebody is None:
            raise ChangeNotFound(change_id)
        undoing.actors.add(somebody)
    elif undoing.is_empty:
        raise ChangeNotUndoable("it changed no label of an image.")
    if not anybodys and undoing.actors - {account_id}:
        raise ChangeOfSomebodyElse
    return undoing, complete

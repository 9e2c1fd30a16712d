"""Undo: items that nobody has changed since a change go back to what they were before it; the others are listed."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from label_service.application.bulk import SeesOwnItemsOnly, added_up, everybody_sees_all, nothing_yet
from label_service.application.change_feed import ChangeFeed
from label_service.application.known_answers import AnsweredItems
from label_service.application.lanes import MAX_ITEMS_OF_COMMIT, Lanes
from label_service.application.ports import CommandTooLarge
from label_service.application.reading import Items
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import Outcome, PutLabelsBack, RenameBack, Restore, Undone
from label_service.domain.items import IMPORT_TO_CONFIRM, State
from label_service.domain.label_management import ChangeNotUndoable
from label_service.domain.reviews import Review
from label_service.domain.working_copy import Origin
from labelstream_common.access import JobRight
from labelstream_common.errors import Forbidden, NotFound
from labelstream_common.ids import new_id
from labelstream_common.messaging import UnitOfWorkFactory
from labelstream_common.mongo import Session, retried
from labelstream_common.operations import Fence, Operation, OperationFinished, Operations

UNDO = "undo-change"


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


def state_in(payload: Mapping[str, Any]) -> State:
    """The state in an event's `before` or `after`."""
    labels = [
        {
            "label_id": one["label_id"],
            "by": one["by"],
            "at": datetime.fromisoformat(one["at"]),
            "source": IMPORT_TO_CONFIRM if one.get("to_confirm") else one["source"],
            "confidence": one["confidence"],
            "model": one.get("model"),
        }
        for one in payload["labels"]
    ]
    review = payload.get("review")
    return State(
        labels,
        payload["hard"],
        None,
        payload.get("content_changed", False),
        review=review_in(review) if review else None,
    )


def review_in(payload: Mapping[str, Any]) -> Review:
    """The review in an event's `before` or `after`."""
    return Review(
        payload["state"], datetime.fromisoformat(payload["at"]), payload["by"], payload["grade"], payload["reason"]
    )


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


async def undo_small(job_id: str, change_id: str, origin: Origin, undoing: Undoing, *, lanes: Lanes) -> Outcome | None:
    """Undoes a change of up to 1,000 items, or a renaming, in one commit; None if it is too large for that."""
    if undoing.renamed:
        renaming = undoing.renamed[0]
        return await lanes.submit(job_id, RenameBack(origin, renaming.label_id, renaming.before, renaming.after))
    try:
        return await lanes.submit(job_id, Restore(origin, undoing.states, undoing.answered, change_id))
    except CommandTooLarge:
        return None  # the caller starts an operation, which works in pieces


def right_to_undo(operation: Operation) -> JobRight:
    """What somebody must be allowed for their undo to go on."""
    return JobRight.REVIEW if operation.params.get("judges") else JobRight.LABEL


@retried
async def start_undo(
    job_id: str,
    change_id: str,
    origin: Origin,
    *,
    judges: bool = False,
    operations: Operations,
    unit_of_work: UnitOfWorkFactory,
) -> Operation:
    async with unit_of_work() as work:
        operation = await _queue(job_id, change_id, origin, judges=judges, operations=operations, session=work.session)
        work.returns(operation)
    return operation


async def put_labels_back(
    job_id: str,
    change_id: str,
    origin: Origin,
    label_ids: Sequence[str],
    *,
    items: Items,
    lanes: Lanes,
    operations: Operations,
) -> Operation:
    """Shows labels again that a change deleted or merged, and queues the return to its items in the same commit.

    What still tidies up behind that change ends. Raises LabelNameTaken or TooManyLabels.
    """
    purged = await items.purged(job_id, label_ids)
    under_way = [one for one in await operations.open_in(scope_of(job_id)) if one.params.get("change_id") == change_id]
    queued: list[Operation] = []

    async def alongside(session: Session, outcome: Outcome) -> Operation:
        for one in under_way:
            with suppress(OperationFinished):  # then nothing is left to tidy up
                await operations.end_cancelled(session, one)
        queued[:] = [await _queue(job_id, change_id, origin, operations=operations, session=session)]
        return queued[0]

    await lanes.submit(job_id, PutLabelsBack(origin, label_ids, change_id, purged), alongside=alongside)
    return queued[0]


async def _queue(
    job_id: str,
    change_id: str,
    origin: Origin,
    *,
    judges: bool = False,
    operations: Operations,
    session: Session,
) -> Operation:
    params = {
        "job_id": job_id,
        "undone": change_id,
        "judges": judges,
        "change_id": origin.change_id,
        "account_id": origin.actor.id,
        "at": origin.at,
    }
    return await operations.start(
        UNDO,
        params,
        by=origin.actor.id,
        session=session,
        scope=scope_of(job_id),
        result=nothing_yet(origin.change_id),
    )


def scope_of(job_id: str) -> str:
    return f"job:{job_id}"


def undo_origin(account_id: str, at: datetime, *, own_only: bool = False) -> Origin:
    return Origin(new_id(), Actor(ActorKind.PERSON, account_id), Cause.UNDO, at, own_only)


class UndoLarge:
    """Carries the undo of a large change on. In such a change every item has one entry: it walked them once."""

    def __init__(
        self,
        log: ChangeFeed,
        answers: AnsweredItems,
        lanes: Lanes,
        operations: Operations,
        own_only: SeesOwnItemsOnly = everybody_sees_all,
    ) -> None:
        self._log = log
        self._answers = answers
        self._lanes = lanes
        self._operations = operations
        self._own_only = own_only

    async def step(self, operation: Operation, fence: Fence) -> bool:
        params = operation.params
        cursor = operation.cursor or {"after": 0}
        undoing, complete = await self._piece(params, cursor["after"])

        async def alongside(session: Session, outcome: Outcome) -> None:
            total = added_up(operation.result, outcome)
            if complete:
                await self._operations.finish(session, operation, fence, total, done=total["changed"])
            else:
                following = {"after": undoing.last or cursor["after"]}
                await self._operations.advance(
                    session, operation, fence, done=total["changed"], cursor=following, result=total
                )

        own_only = await self._own_only(params["account_id"], params["job_id"])
        actor = Actor(ActorKind.PERSON, params["account_id"])
        origin = Origin(params["change_id"], actor, Cause.UNDO, params["at"], own_only)
        command = Restore(origin, undoing.states, undoing.answered, params["undone"])
        return await self._lanes.submit_piece(params["job_id"], command, alongside=alongside) and complete

    async def _piece(self, params: Mapping[str, Any], after: int) -> tuple[Undoing, bool]:
        """The next that is undone, and whether it is the last: open answers first, they are in no log."""
        limit = self._lanes.piece(params["job_id"])
        found = await self._answers.given_in(params["job_id"], params["account_id"], params["undone"], limit)
        if not found:
            return await read_change(self._log, params["job_id"], params["undone"], after=after, limit=limit)
        undoing = Undoing()
        undoing.answered = found
        return undoing, False

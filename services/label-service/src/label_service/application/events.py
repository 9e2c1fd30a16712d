"""Changes as messages: the published language, encoded once when they are decided.

An item's payload is put together from pieces: those that a whole commit shares, those that all items of one decision
share, and the few that are the item's own. A contract test holds the result against the models of
`labelstream_contracts`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from label_service.domain import items
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.decisions import Decision
from label_service.domain.items import State
from label_service.domain.labels import Label
from label_service.domain.reviews import ACCEPTED, PENDING, Review
from label_service.domain.working_copy import Credit, ItemChange, ItemsChange, LabelChange, Origin, WorkingCopy
from labelstream_common.clock import rfc3339
from labelstream_common.messaging import Message
from labelstream_contracts import topics
from labelstream_contracts.events import AnnotationChanged, ProgressChanged, ProgressPrepared, ProgressShared

ITEMS_ENTRY = "items"
_PEOPLE_OF_MESSAGE = 2_000
_LABEL_TYPE = "labeling.label.{}.v1"


class Encoder:
    """Encodes the changes of one commit. `contexts` says which request each `change_id` came with."""

    def __init__(self, job_id: str, dataset_id: str, contexts: Mapping[str, int]) -> None:
        self._job_id = job_id
        self._contexts = contexts
        self._head = b'{"job_id":"%b","dataset_id":"%b","sample_id":"' % (job_id.encode(), dataset_id.encode())
        self._origins: dict[tuple[str, str], tuple[bytes, bytes]] = {}

    def messages(self, work: WorkingCopy) -> Iterator[Message]:
        """The messages in their order, each encoded when it is asked for."""
        for change in work.changes:
            match change:
                case ItemChange():
                    yield from self._item(change)
                case LabelChange():
                    yield self._label(change)
                case ItemsChange():
                    yield self._items(change)

    def _item(self, change: ItemChange) -> Iterable[Message]:
        key = f"{self._job_id}:{change.sample_id}"
        context = self._contexts.get(change.origin.change_id, 0)
        head = Message(
            topics.ANNOTATION.name,
            AnnotationChanged.event_type,
            key,
            key,
            change.version,
            self._item_payload(change),
            change.seq,
            "",
            change.item["hash"],
            context,
        )
        if change.decision.after is not None:
            return (head,)
        end = Message(
            head.topic, head.type, key, key, change.version, None, change.seq, "end", change.item["hash"], context
        )
        return head, end

    def _item_payload(self, change: ItemChange) -> bytes:
        decision = change.decision
        if decision.before_json is None or decision.after_json is None:
            decision.before_json = state_json(decision.before, decision)
            decision.after_json = state_json(decision.after, decision)
        change_id, tail = self._origin(change.origin)
        seen = b""
        if _takes_mark_off(decision):
            seen = b',"overwritten":%d' % (change.item.get("overwritten") or 1)
        return b'%b%b","path":%b,"version":%d,"seq":%d,"change_id":%b,"before":%b,"after":%b%b%b' % (
            self._head,
            change.sample_id.encode(),
            orjson.dumps(change.item["path"]),
            change.version,
            change.seq,
            change_id,
            decision.before_json,
            decision.after_json,
            seen,
            tail,
        )

    def _origin(self, origin: Origin) -> tuple[bytes, bytes]:
        known = self._origins.get((origin.change_id, origin.cause))
        if known is None:
            tail = b',"actor":%b,"cause":"%b","at":"%b"}' % (
                orjson.dumps(actor_fields(origin.actor)),
                origin.cause.encode(),
                rfc3339(origin.at).encode(),
            )
            known = self._origins[origin.change_id, origin.cause] = (orjson.dumps(origin.change_id), tail)
        return known

    def _label(self, change: LabelChange) -> Message:
        payload = {
            **self._common(change.seq, change.origin),
            **_label_detail(change),
        }
        return self._of_job(topics.LABEL.name, _LABEL_TYPE.format(change.kind), payload, change.seq, change.origin)

    def _items(self, change: ItemsChange) -> Message:
        payload = {
            **self._common(change.seq, change.origin),
            "added": len(change.added),
            "removed": len(change.removed),
            "added_ids": list(change.added),
            "removed_ids": list(change.removed),
            **({"unreadable_ids": list(change.unreadable)} if change.unreadable else {}),
            **({"readable_ids": list(change.readable)} if change.readable else {}),
        }
        return self._of_job("", ITEMS_ENTRY, payload, change.seq, change.origin)

    def _common(self, seq: int, origin: Origin) -> dict[str, Any]:
        return {
            "job_id": self._job_id,
            "seq": seq,
            "change_id": origin.change_id,
            "actor": actor_fields(origin.actor),
            "at": rfc3339(origin.at),
        }

    def _of_job(self, topic: str, kind: str, payload: Mapping[str, Any], seq: int, origin: Origin) -> Message:
        context = self._contexts.get(origin.change_id, 0)
        return Message(topic, kind, self._job_id, self._job_id, seq, orjson.dumps(payload), seq, context=context)


def progress_message(work: WorkingCopy, label_counts: Mapping[str, int]) -> Message:
    """What the commit added up to; it goes with the commit's last event."""
    payload = {
        "job_id": work.job.id,
        "seq": work.seq,
        "totals": _totals(work),
        "labels": dict(label_counts),
        "by": contributions(work.changes, work.credits),
    }
    return _progress(work.job.id, ProgressChanged.event_type, work.seq, payload, "progress")


def prepared_message(work: WorkingCopy) -> Message:
    """A new job's items are all there; it goes with the commit that added the last of them."""
    payload = {"job_id": work.job.id, "seq": work.seq, "totals": _totals(work)}
    return _progress(work.job.id, ProgressPrepared.event_type, work.seq, payload, "prepared")


def shares_messages(work: WorkingCopy) -> list[Message]:
    """What people have of the job's items, as far as it moved: with the commit's last event, or in a stream apart,
    numbered by commits, where items were only dealt out or taken."""
    job_id, told = work.job.id, sorted(work.shares_to_tell().items())
    seq = work.seq if work.changes else work.commit
    messages: list[Message] = []
    for place in range(0, len(told), _PEOPLE_OF_MESSAGE):
        shares = {account_id: share.told() for account_id, share in told[place : place + _PEOPLE_OF_MESSAGE]}
        value = orjson.dumps({"job_id": job_id, "commit": work.commit, "shares": shares})
        part = f"shares-{place}" if place else "shares"
        subject = f"{job_id}:shares"  # its numbers are none of the job's own
        messages.append(
            Message(topics.PROGRESS.name, ProgressShared.event_type, job_id, subject, work.commit, value, seq, part)
        )
    return messages


def _totals(work: WorkingCopy) -> dict[str, int]:
    return {**work.totals.by_status(), "unreadable": work.totals.unreadable}


def _progress(job_id: str, kind: str, seq: int, payload: Mapping[str, Any], part: str) -> Message:
    return Message(topics.PROGRESS.name, kind, job_id, job_id, seq, orjson.dumps(payload), seq, part)


def contributions(changes: Sequence[object], given: Sequence[Credit] = ()) -> list[dict[str, Any]]:
    """How many labels each actor gave and took, and on how many items they decided as reviewers, by day (UTC).

    Where several people answered, the labels that they gave count as their work, not what these amounted to.
    """
    times: Counter[tuple[int, int]] = Counter()  # by identity: hashing an origin takes longer than all the rest
    alike: dict[tuple[int, int], ItemChange] = {}
    for change in changes:
        if isinstance(change, ItemChange) and change.origin.cause is not Cause.CONSENSUS:
            kind = (id(change.origin), id(change.decision))
            times[kind] += 1
            alike[kind] = change
    added: Counter[tuple[Actor, str]] = Counter()
    removed: Counter[tuple[Actor, str]] = Counter()
    reviewed: Counter[tuple[Actor, str]] = Counter()
    for kind, count in times.items():
        origin, decision = alike[kind].origin, alike[kind].decision
        who = (origin.actor, origin.at.date().isoformat())
        tidied = origin.cause in (Cause.LABEL_DELETED, Cause.LABEL_MERGED)
        steps = (decision.stored_label_steps() if tidied else decision.label_steps()).values()
        added[who] += count * sum(step for step in steps if step > 0)
        removed[who] += count * -sum(step for step in steps if step < 0)
        reviewed[who] += count * _decides(origin.cause, decision)
    for credit in given:
        added[Actor(ActorKind.PERSON, credit.account_id), credit.at.date().isoformat()] += credit.labels
    return [
        {
            "actor": actor_fields(actor),
            "day": day,
            "added": added[actor, day],
            "removed": removed[actor, day],
            "reviewed": reviewed[actor, day],
        }
        for actor, day in added
        if added[actor, day] or removed[actor, day] or reviewed[actor, day]
    ]


def _decides(cause: Cause, decision: Decision) -> bool:
    """Whether a step is a reviewer's: by judging, or by correcting the labels of what waited to be reviewed."""
    if cause in (Cause.REVIEW, Cause.ACCEPTANCE):
        return True
    before, after = decision.before, decision.after
    if cause is Cause.UNDO or before is None or after is None or before.review is None or after.review is None:
        return False
    return before.review.state == PENDING and after.review.state == ACCEPTED


def _takes_mark_off(decision: Decision) -> bool:
    """Whether somebody has looked at an image that was overwritten."""
    before, after = decision.before, decision.after
    return before is not None and before.content_changed and after is not None and not after.content_changed


def state_json(state: State | None, decision: Decision) -> bytes:
    return b"null" if state is None else orjson.dumps(shown_state(state, decision.names))


def shown_state(state: State, names: Mapping[str, str]) -> dict[str, Any]:
    """An item's state, as events and replies show it. `names` has every label that it carries."""
    return {
        "labels": [entry_fields(one, names[one["label_id"]]) for one in state.labels],
        "status": items.status_of(state.labels),
        "hard": state.hard,
        **({"content_changed": True} if state.content_changed else {}),
        **({"review": shown_review(state.review)} if state.review else {}),
    }


def shown_review(review: Review) -> dict[str, Any]:
    """A review, as events and replies show it."""
    return {
        "state": review.state,
        "grade": review.grade,
        "reason": review.reason,
        "by": review.by,
        "at": rfc3339(review.at),
    }


def entry_fields(one: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A label on an item, as events and replies show it."""
    return items.shown_entry(one, name, rfc3339(one["at"]))


def actor_fields(actor: Actor) -> dict[str, str]:
    return {"kind": actor.kind.value, "id": actor.id}


def _label_detail(change: LabelChange) -> dict[str, Any]:
    reference = {"label_id": change.label.id, "name": change.label.name}
    if change.kind == "merged":
        return {"from": change.detail["from"], "into": reference}
    if change.kind in ("deleted", "images-discarded", "purged"):
        return {"label": reference, **change.detail}
    return {"label": {**reference, **label_look(change.label)}, **change.detail}


def label_look(label: Label) -> dict[str, Any]:
    return {"color": label.color, "shortcut": label.shortcut, "description": label.description}

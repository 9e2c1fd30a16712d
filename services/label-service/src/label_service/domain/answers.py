"""Answers: what each labeler of an item says on their own, before the item is decided.

An item takes answers where several labelers are asked for each item (`overlap`), or where its answer is known and it is
there to test them. Nobody but their giver sees them before the last one. An item carries

| field | meaning |
|---|---|
| `answers` | `{by, labels, at, seconds, change_id, before, since}`, one a person |
| `earlier_answers` | those that were replaced after a review rejected the item, with `until` |
| `settled` | `{seq, version}` of the change that the last answer made; absent or None while answers are awaited |
| `agreement` | the share of pairs of answers that are equal, once it is settled |
| `known` | `{labels, by, at}` if the right answer is known |
| `own` | keys by which people find the items that they answered while these are awaited: `own_keys` |

`seconds` is how long the person took: since they finished their item before in this job, None if that is unknown or
longer ago than ten minutes. Items that are answered at once share the time. `before` is what they had answered until
then. `since` and `until` are the `seq` from which, and until which, an answer counts. Where the right answer is known,
that begins as it is given.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from label_service.domain.items import PERSON, Item, State, any_counts, counted, entry
from label_service.domain.label_set import LabelSet
from label_service.domain.reviews import REJECTED
from labelstream_contracts.team_settings import TeamSettings

Answer: TypeAlias = dict[str, Any]

CONSENSUS: Final = "consensus"
"""Who gave the labels that several answers amounted to."""
LONGEST_SECONDS: Final = 600.0
EARLIER_ANSWERS: Final = 50

ANSWER_FIELDS: Final = ("answers", "earlier_answers", "settled", "agreement", "known", "own")
KNOWN: Final = "known"


def takes_answers(item: Mapping[str, Any], team: TeamSettings) -> bool:
    """Whether what a labeler does to the item is an answer."""
    return team.overlap > 1 or bool(item.get("known"))


def is_open(item: Mapping[str, Any]) -> bool:
    """Whether answers are awaited: nobody has decided about the item, or a review has sent it back."""
    review = item.get("review")
    if review and review["state"] == REJECTED:
        return True
    return not item.get("settled") and not any_counts(item["labels"])


def answers_needed(item: Mapping[str, Any], team: TeamSettings) -> int | None:
    """How many answers decide about the item; None if none ever do.

    One whose answer is known is for everybody that it was dealt to, and where nothing is dealt it stays open.
    """
    if not item.get("known"):
        return team.overlap
    return len(item.get("assignees") or ()) or None


def answer_of(item: Mapping[str, Any], account_id: str) -> Answer | None:
    """What a person has answered."""
    return next((one for one in item.get("answers") or () if one["by"] == account_id), None)


def answer_to_show(item: Mapping[str, Any], account_id: str) -> Answer | None:
    """The answer that its giver sees in place of the item's labels."""
    return None if item.get("settled") and not item.get("known") else answer_of(item, account_id)


def labels_of(answer: Answer) -> list[dict[str, Any]]:
    """An answer as labels on the item."""
    return [entry(label_id, answer["by"], answer["at"], PERSON) for label_id in answer["labels"]]


def own_state(item: Mapping[str, Any], state: State, account_id: str) -> State:
    """The item as the giver of an answer sees it; to all others it is as it is."""
    answer = answer_to_show(item, account_id)
    return state if answer is None else state._replace(labels=labels_of(answer), review=None)


def own_keys(answers: Iterable[Answer]) -> list[str]:
    """`<account>` and `<account>:<label>` of each answer: how lists and counts of its giver find it.

    `l:<label>`: how labels that are deleted or merged are found in answers.
    """
    given = list(answers)
    own = [key for one in given for key in (one["by"], *(f"{one['by']}:{label}" for label in one["labels"]))]
    return [*own, *sorted({f"l:{label}" for one in given for label in one["labels"]})]


def own_facet(key: str) -> str:
    return f"w:{key}"


def answer_facets(item: Mapping[str, Any]) -> list[str]:
    """`w:` the keys of open answers (`own_keys`), `known` its answer is known, `g:` in which tenth its agreement is."""
    found = [own_facet(key) for key in item.get("own") or ()]
    if item.get("known"):
        found.append(KNOWN)
    share = item.get("agreement")
    if share is not None:
        found.append(f"g:{_tenth(share)}")
    return found


def facets_of_agreement_below(limit: float) -> list[str]:
    """The facets of all items that agree less, and of some that agree as much or a little more: look at these."""
    return [f"g:{tenth}" for tenth in range(min(_tenth(limit), 9) + 1)]


def _tenth(share: float) -> int:
    """10 is for full agreement alone, which most items have."""
    return 10 if share >= 1 else min(int(share * 10), 9)


def present_labels(label_ids: Iterable[str], labels: LabelSet) -> list[str]:
    """The labels that people see where these were given: merged ones became others, deleted ones are gone."""
    ends = labels.settling.ends
    found = (ends.get(label_id, label_id) for label_id in label_ids)
    return list(dict.fromkeys(one for one in found if one is not None and labels.sees(one)))


def with_answer(item: Item, answer: Answer) -> list[Answer]:
    """The item's answers with this one in place of an earlier one of the same person. One without labels is none."""
    others = [one for one in item.get("answers") or () if one["by"] != answer["by"]]
    return [*others, answer] if answer["labels"] else others


def with_ends(answers: Sequence[Answer], ends: Mapping[str, str | None]) -> list[Answer]:
    """The answers with other labels in place of some, or none. One that has no label left is none any more."""
    found = []
    for one in answers:
        labels = dict.fromkeys(end for label in one["labels"] if (end := ends.get(label, label)) is not None)
        if labels:
            found.append(one if list(labels) == one["labels"] else {**one, "labels": list(labels)})
    return found


def given_labels(state: State) -> list[str]:
    return counted(state.labels)


def seconds_since(before: datetime | None, at: datetime, items: int) -> float | None:
    """How long a person took for each of several items; None if it is not known when they began."""
    if before is None:
        return None
    elapsed = (at - before).total_seconds()
    return round(elapsed / items, 3) if 0 <= elapsed <= LONGEST_SECONDS else None


def replaced(item: Item, answers: Sequence[Answer], seq: int) -> list[Answer]:
    """The item's earlier answers with those that `answers`, which count from `seq`, are in place of."""
    staying = {id(one) for one in answers}
    gone = [{**one, "until": seq} for one in item.get("answers") or () if "since" in one and id(one) not in staying]
    return [*(item.get("earlier_answers") or ()), *gone][-EARLIER_ANSWERS:]


def answers_at(item: Mapping[str, Any], seq: int) -> list[Answer]:
    """The answers that counted at one `seq`; none before the last was given, unless they are there to be tested."""
    if item.get("known"):
        return [one for one in item.get("answers") or () if one.get("since", seq + 1) <= seq]
    settled = item.get("settled")
    if not settled or settled["seq"] > seq:
        return []
    present = [one for one in item["answers"] if one.get("since", settled["seq"]) <= seq]
    past = (one for one in item.get("earlier_answers") or () if one.get("since", 0) <= seq < one["until"])
    return [*present, *past]

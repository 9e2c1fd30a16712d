"""How reviews and the end of an acceptance apply to the working copy."""

from collections.abc import Callable, Mapping

from label_service.domain.commands import Conclude, Conflicting, Outcome, ReviewItems
from label_service.domain.decisions import Decisions
from label_service.domain.items import Item, State, state_of
from label_service.domain.matching import Matcher
from label_service.domain.plan import Plan
from label_service.domain.reviewing import Judgement, can_be_judged, judging
from label_service.domain.working_copy import WorkingCopy

LeftAlone = Callable[[str, Item, State], bool]


def review(work: WorkingCopy, command: ReviewItems) -> Outcome:
    """One judgement for many items. Where there is nothing to review, the item is listed as a conflict."""
    judgements = dict.fromkeys(command.sample_ids, command.judgement)
    matcher = Matcher(command.only, work.labels.meant) if command.only is not None else None

    def left_alone(sample_id: str, item: Item, seen: State) -> bool:
        if command.expect.get(sample_id, item["version"]) != item["version"]:
            return True
        return matcher is not None and not matcher.matches(seen, item["path"])

    return _judged(work, command, judgements, left_alone, looked=True)


def conclude(work: WorkingCopy, command: Conclude) -> Outcome:
    """The end of an acceptance: a judgement of its own for each item, if it is still what was sampled.

    Nobody has looked at what was not in the sample: its mark that its content changed stays.
    """

    def left_alone(sample_id: str, item: Item, _: State) -> bool:
        return bool(command.expect.get(sample_id, item["version"]) != item["version"])

    return _judged(work, command, command.judgements, left_alone, looked=False)


def _judged(
    work: WorkingCopy,
    command: ReviewItems | Conclude,
    judgements: Mapping[str, Judgement],
    left_alone: LeftAlone,
    *,
    looked: bool,
) -> Outcome:
    plan, settling, origin = Plan(work), work.labels.settling, command.origin
    edits = {
        judgement: Decisions(judging(judgement, origin.actor.id, origin.at, looked=looked), work.labels)
        for judgement in set(judgements.values())
    }
    for sample_id, judgement in judgements.items():
        item = work.items.get(sample_id)
        if item is None:
            plan.missing.append(sample_id)
            continue
        seen = settling(state_of(item))
        if not can_be_judged(seen) or left_alone(sample_id, item, seen):
            plan.conflicts.append(Conflicting(sample_id, item["version"]))
        else:
            plan.add(sample_id, item, edits[judgement])
    return plan.carried_out(origin, None)

"""What a review rejected goes back to its labeler; when they have left, to others, like what they did not finish.

It keeps its labels and its review, so whoever gets it sees why it came back. It is dealt out apart from open items,
evenly by what each person has to do again. In a queue nobody gets it: it is offered again, before anything else.
"""

from collections.abc import Sequence
from typing import Any

from label_service.domain.dealing import Dealing, OpenItem, deal
from label_service.domain.items import Item, labelers
from label_service.domain.ownership import answered_by, assignees_of, for_good, is_rejected
from label_service.domain.working_copy import WorkingCopy


def deal_rejected(work: WorkingCopy, sample_ids: Sequence[str], dealing: Dealing) -> int:
    """Deals out those of these items that were rejected and whose people have left; how many came to others."""
    hands = [_hand(one, work.items[one], dealing) for one in sample_ids if _comes_back(work.items[one])]
    people = dealing.people if dealing.assignment == "even" else ()
    loads = {person: work.share(person).returned for person in people}
    seed = f"{work.job.id}:{work.job.commits}:returned"
    dealt = deal(hands, people, loads, overlap=dealing.overlap, seed=seed)
    changed = 0
    for hand in hands:
        item = work.items[hand.sample_id]
        entries = _entries(item, [*hand.kept, *dealt.loose.get(hand.sample_id, ())], dealing)
        if entries != list(assignees_of(item)):
            work.set_fields(hand.sample_id, assignees=entries)
            changed += 1
    return changed


def _comes_back(item: Item) -> bool:
    """What tests labelers is everybody's as it is."""
    return is_rejected(item) and not any(one.get("besides") for one in assignees_of(item))


def _hand(sample_id: str, item: Item, dealing: Dealing) -> OpenItem:
    """The assignees who stay. If there are none, the item goes back to those of its labelers who are still in the
    job."""
    people, keepers = set(dealing.people), set(dealing.keepers)
    staying = {
        one["account_id"]
        for one in assignees_of(item)
        if one["account_id"] in people or (one.get("fixed") and one["account_id"] in keepers)
    }
    kept = staying or ((labelers(item["labels"]) | answered_by(item)) & people)
    return OpenItem(sample_id, tuple(sorted(kept)))


def _entries(item: Item, wanted: Sequence[str], dealing: Dealing) -> list[dict[str, Any]]:
    """Leases end where items are dealt out."""
    there = [dict(one) for one in assignees_of(item) if one["account_id"] in wanted]
    stay = [dict(for_good(one)) for one in there] if dealing.assignment == "even" else there
    held = {one["account_id"] for one in stay}
    return [*stay, *({"account_id": person} for person in wanted if person not in held)]

"""A scene whose job has a team."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.unit.label.scene import Scene

from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import BeginDealing, Command, DealOn, Outcome
from label_service.domain.dealing import Dealing, Round
from label_service.domain.items import Item
from label_service.domain.job_head import JobHead
from label_service.domain.ownership import Share, is_open, is_rejected, shares_of
from label_service.domain.working_copy import Origin, WorkingCopy
from labelstream_contracts.team_settings import TeamSettings


class Team(Scene):
    """A scene whose job has a team. What a commit leaves in the job's head is there for the next one."""

    def __init__(self, size: int = 0, **team: Any) -> None:
        self.head = JobHead("job", "dataset", 0, 0, team=TeamSettings(**team))
        self.told: dict[str, Share] = {}
        super().__init__(size)

    def copy(self) -> WorkingCopy:
        work = super().copy()
        work.job = replace(self.head, seq=self.seq, applied_rev=self.rev)
        return work

    def apply(self, *commands: Command) -> Outcome:
        outcome = super().apply(*commands)
        self.told |= self.work.shares_to_tell()
        self.head = self.work.head_after()
        return outcome

    def by(self, person: str, *, own_only: bool = False) -> Origin:
        origin = self.origin(Actor(ActorKind.PERSON, person), Cause.ANNOTATE)
        return replace(origin, own_only=own_only)

    def deal(self, people: Sequence[str], piece: int = 3, keepers: Sequence[str] = ()) -> None:
        """All rounds that follow when these are the people."""
        self.apply(BeginDealing(self.origin(), tuple(people), tuple(keepers)))
        while self.dealing.round is not None:
            round_ = self.dealing.round
            after = round_.after or ""
            left = sorted(one for one, item in self.items.items() if one > after and _is_walked(item, round_))
            ids = left[:piece]
            self.apply(DealOn(self.origin(), ids, round_.number, round_.after, is_last=len(ids) < piece))

    @property
    def dealing(self) -> Dealing:
        assert self.head.dealing is not None
        return self.head.dealing

    def hands(self) -> dict[str, list[str]]:
        return {one: [held["account_id"] for held in item.get("assignees") or ()] for one, item in self.items.items()}

    def check(self) -> None:
        recounted: Counter[str] = Counter()
        shares: dict[str, Share] = {}
        for item in self.items.values():
            for person, share in shares_of(item).items():
                shares[person] = shares.get(person, Share()).plus(share)
                recounted[person] += 1
        kept = {person: share for person, share in self.head.shares.items() if share != Share()}
        assert kept == shares
        assert {person: share for person, share in self.told.items() if share != Share()} == shares


def _is_walked(item: Item, round_: Round) -> bool:
    """Which items a round looks at, as the adapter finds them."""
    return is_rejected(item) or bool(item.get("known")) or (is_open(item) and not round_.narrow)

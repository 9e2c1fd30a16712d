"""What of a job its caller sees: where items are dealt out or taken from a queue, a labeler has only their own."""

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from label_service.application.change_feed import Entry
from label_service.application.own_entries import own_entries
from label_service.domain.filters import ItemFilter
from label_service.entrypoints.http.parts import Parts, parts_of
from labelstream_common.http import Caller, caller_of
from labelstream_contracts.team_settings import DEFAULT_TEAM_SETTINGS, TeamSettings


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose eyes a job is seen with, and when."""

    account_id: str
    own_only: bool
    at: datetime
    team: TeamSettings = DEFAULT_TEAM_SETTINGS

    def over(self, wanted: ItemFilter) -> ItemFilter:
        """The filter over what they see."""
        return wanted.seen_by(self.account_id, own_only=self.own_only, at=self.at)

    async def of(self, parts: Parts, job_id: str, sample_ids: list[str]) -> set[str]:
        """Those of these items that they see."""
        if not self.own_only:
            return set(sample_ids)
        return await parts.items.held(job_id, self.account_id, sample_ids, self.at)

    async def entries(self, parts: Parts, job_id: str, found: list[Entry]) -> list[Entry]:
        """Those of these entries of the change log that they see."""
        if not self.own_only or not found:
            return found
        return await own_entries(parts.items, job_id, self.account_id, found, at=self.at)


async def sight_of(request: Request) -> Sight:
    return await sight_in(parts_of(request), request.path_params["job_id"], await caller_of(request))


async def sight_in(parts: Parts, job_id: str, caller: Caller) -> Sight:
    """Somebody who has lost their role since the guard let them in sees only their own items."""
    standing = await parts.access.standing(job_id, caller)
    now = parts.clock.now()
    if standing is None:
        return Sight(caller.account_id, True, now)
    return Sight(caller.account_id, standing.own_items_only, now, standing.job.team)

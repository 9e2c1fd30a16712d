"""The people of a job by name, for whoever works in it: its owner, its annotators, and those who were removed."""

from dataclasses import dataclass

from labelstream_common.mongo import Page, PageParams
from team_service.application.ports import Ports
from team_service.domain.accounts import AccountId, AccountNotFound
from team_service.domain.members import MemberState, Scope

_OWNER = "owner"


@dataclass(frozen=True, slots=True)
class PersonInJob:
    """`id` is that of the account, as in `by` and `labeled_by`. Who was removed stays known by name."""

    id: AccountId
    name: str
    role: str
    active: bool


async def list_people(job_id: str, wish: PageParams, *, ports: Ports) -> Page[PersonInJob]:
    """The owner first, then whoever is or was an annotator and has an account."""
    job = await ports.jobs.find(job_id)
    owner_id = None if job is None else AccountId(job.owner_id)
    first = [] if wish.cursor is not None or owner_id is None else await _owner(owner_id, ports)
    page = await ports.members.people(Scope.job(job_id), wish, besides=owner_id, room=wish.limit - len(first))
    people = [
        PersonInJob(member.account_id, member.name, member.role.value, member.state is not MemberState.REMOVED)
        for member in page.items
        if member.account_id is not None
    ]
    return Page([*first, *people], page.next_cursor)


async def _owner(owner_id: AccountId, ports: Ports) -> list[PersonInJob]:
    try:
        account = await ports.accounts.get(owner_id)
    except AccountNotFound:
        return []  # the job outlives the account of its owner
    return [PersonInJob(account.id, account.name, _OWNER, active=True)]

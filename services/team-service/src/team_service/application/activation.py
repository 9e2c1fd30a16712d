"""When somebody who was added by address gets an account, they become active wherever they were added."""

from team_service.application.ports import Ports, Work
from team_service.domain.accounts import Account
from team_service.domain.events import MemberRoleChanged


async def activate_members(account: Account, by: str, ports: Ports, work: Work, *, came: bool = False) -> None:
    """`came`: the person has shown that the address is theirs, so those who added them may know them."""
    for member in await ports.members.with_email(account.email, work):
        if await ports.members.with_account_ever(member.scope, account.id, work):
            continue  # the same person is there already, under an earlier address
        active = member.activated(account, came=came)
        await ports.members.save(active, work)
        work.record(MemberRoleChanged(active, by, ports.clock.now()))

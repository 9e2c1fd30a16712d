"""The first administrator, who makes everybody else. Any number of replicas may try; one account comes of it."""

from labelstream_common.mongo import retried
from labelstream_contracts import AuditAction
from team_service.application.accounts import NewAccount, open_account
from team_service.application.audit import SYSTEM, noted_of_account
from team_service.application.ports import Ports
from team_service.domain.accounts import Account, AccountRole
from team_service.domain.emails import Email, normalised


async def ensure_first_administrator(email: str, password: str, *, ports: Ports) -> Account | None:
    """The administrator that was made; None if there are accounts already. Never changes an account that is there.

    The operator's password is taken as it is: who sets it owns the machine.
    """
    address = normalised(email)
    password_hash = await ports.passwords.hash(password)
    return await _ensure(address, password_hash, ports)


@retried
async def _ensure(email: Email, password_hash: str, ports: Ports) -> Account | None:
    async with ports.unit_of_work() as work:
        if not await ports.accounts.claim_first(work):
            return None
        made = await open_account(NewAccount(email, "Administrator", AccountRole.ADMIN, password_hash), ports, work)
        work.record(noted_of_account(AuditAction.ACCOUNT_CREATED, made, by=SYSTEM, role=made.role.value))
    return made

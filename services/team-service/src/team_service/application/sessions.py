"""Where an account is signed in, and ending that."""

from labelstream_common.mongo import Page, PageParams, retried
from labelstream_contracts import AuditAction
from team_service.application.audit import noted
from team_service.application.ending import end_everything, end_session
from team_service.application.ports import Ports
from team_service.domain.accounts import AccountId
from team_service.domain.sign_ins import SignIn, SignInId


async def list_sessions(account_id: AccountId, wish: PageParams, *, ports: Ports) -> Page[SignIn]:
    return await ports.sign_ins.page(account_id, wish)


@retried
async def end_own_session(session_id: SignInId, account_id: AccountId, *, ports: Ports) -> None:
    """Its refresh token and its access tokens end. Raises SessionNotFound."""
    async with ports.unit_of_work() as work:
        await ports.sign_ins.of_account(session_id, account_id, work)
        await end_session(session_id, account_id, ports, work, reason="ended-by-person")


@retried
async def end_all_sessions(account_id: AccountId, *, ports: Ports) -> None:
    """Every session and access token of the account ends, those of API keys too; the keys stay."""
    async with ports.unit_of_work() as work:
        await end_everything(account_id, ports, work)
        work.record(noted(AuditAction.SESSIONS_ENDED, "account", account_id))

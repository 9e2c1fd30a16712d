"""Ending access tokens: those of one session or API key, or all of an account. Every service hears of it by the
account's event, within a second.
"""

from labelstream_contracts import AuditAction
from team_service.application.audit import noted
from team_service.application.ports import Ports, Work
from team_service.domain.accounts import Account, AccountId
from team_service.domain.events import AccountUpdated
from team_service.domain.sign_ins import SignInId


async def end_session(
    sign_in_id: SignInId, account_id: AccountId, ports: Ports, work: Work, *, reason: str, by: str | None = None
) -> None:
    """The session is gone, with its refresh token and its access tokens. One that is gone already stays so."""
    if await ports.sign_ins.remove(sign_in_id, work):
        await end_credential(sign_in_id, account_id, ports, work)
        entry = noted(AuditAction.SESSION_ENDED, "session", sign_in_id, by=by, account_id=account_id, reason=reason)
        work.record(entry)


async def end_credential(credential: str, account_id: AccountId, ports: Ports, work: Work) -> None:
    account = await ports.accounts.get(account_id, work)
    await keep_ended(account.with_credential_ended(credential, ports.clock.now()), ports, work)


async def end_everything(account_id: AccountId, ports: Ports, work: Work) -> None:
    """Every session of the account and every access token, those of API keys too. The keys themselves stay."""
    account = await ports.accounts.get(account_id, work)
    await ports.sign_ins.end_all(account_id, work)
    await keep_ended(account.with_tokens_ended(), ports, work)


async def keep_ended(account: Account, ports: Ports, work: Work) -> None:
    await ports.accounts.save(account, work)
    work.record(AccountUpdated(account, ports.clock.now()))

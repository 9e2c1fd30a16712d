"""Access tokens: who the bearer is, for 60 minutes, signed with the key of the day."""

from dataclasses import dataclass, field
from datetime import datetime

from labelstream_common import auth
from labelstream_common.ids import new_id
from team_service.application.ports import Ports
from team_service.application.signing_keys import current_key
from team_service.domain.accounts import Account


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """What a sign-in gives out. `refresh_token` is None for programs, which simply ask again."""

    access_token: str = field(repr=False)
    expires_in: int
    refresh_token: str | None = field(default=None, repr=False)
    csrf_token: str | None = field(default=None, repr=False)


async def issue(
    account: Account, now: datetime, *, ports: Ports, refresh_token: str | None = None, csrf_token: str | None = None
) -> IssuedTokens:
    """`csrf_token` makes the access token one for the console's session cookie, and for nothing else."""
    caller = auth.Caller(account.id, auth.AccountRole(account.role.value), account.email)
    claims = auth.claims_of(caller, issuer=ports.public_url, issued_at=int(now.timestamp()), csrf=csrf_token)
    key = await current_key(ports, now)
    signed = ports.signer.sign({**claims, "name": account.name, "jti": new_id()}, key)
    return IssuedTokens(signed, auth.TOKEN_SECONDS, refresh_token, csrf_token)

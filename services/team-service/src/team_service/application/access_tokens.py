"""Access tokens: who the bearer is, for 60 minutes, signed with the key of the day."""

from dataclasses import dataclass, field

from labelstream_common import auth
from labelstream_common.ids import new_id
from team_service.application.ports import Ports
from team_service.application.signing_keys import current_key
from team_service.domain.accounts import Account
from team_service.domain.api_keys import ApiKey
from team_service.domain.sign_ins import SignIn


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """What a sign-in gives out. `refresh_token` is None for programs, which simply ask again."""

    access_token: str = field(repr=False)
    expires_in: int
    refresh_token: str | None = field(default=None, repr=False)
    csrf_token: str | None = field(default=None, repr=False)


async def issue_for_session(
    account: Account, sign_in: SignIn, refresh_token: str, *, ports: Ports, csrf_token: str | None = None
) -> IssuedTokens:
    """`csrf_token` makes the access token one for the console's session cookie, and for nothing else."""
    caller = _caller(account, sign_in.id)
    signed = await _signed(caller, account.name, auth.TOKEN_SECONDS, ports, csrf_token)
    return IssuedTokens(signed, auth.TOKEN_SECONDS, refresh_token, csrf_token)


async def issue_for_key(account: Account, key: ApiKey, *, ports: Ports) -> IssuedTokens:
    """A token that may do what the key may, and expires with it."""
    seconds = auth.TOKEN_SECONDS
    if key.expires_at is not None:
        seconds = max(1, min(seconds, int((key.expires_at - ports.clock.now()).total_seconds())))
    signed = await _signed(_caller(account, key.id, key.limits), account.name, seconds, ports)
    return IssuedTokens(signed, seconds)


async def issue_for_service(name: str, *, ports: Ports) -> IssuedTokens:
    """A token for another service of this installation: it may read everything and change nothing."""
    limits = auth.KeyLimits(frozenset({auth.KeyScope.READ}), None, of_admin=True)
    caller = auth.Caller(f"service:{name}", auth.AccountRole.ADMIN, credential=f"service:{name}", key=limits)
    return IssuedTokens(await _signed(caller, name, auth.TOKEN_SECONDS, ports), auth.TOKEN_SECONDS)


def _caller(account: Account, credential: str, limits: auth.KeyLimits | None = None) -> auth.Caller:
    role = auth.AccountRole(account.role.value)
    return auth.Caller(account.id, role, account.email, account.epoch, credential, limits)


async def _signed(caller: auth.Caller, name: str, seconds: int, ports: Ports, csrf: str | None = None) -> str:
    now = ports.clock.now()
    claims = auth.claims_of(caller, issuer=ports.public_url, issued_at=int(now.timestamp()), seconds=seconds, csrf=csrf)
    return ports.signer.sign({**claims, "name": name, "jti": new_id()}, await current_key(ports, now))

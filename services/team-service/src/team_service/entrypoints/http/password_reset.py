"""What links in e-mails do that need no sign-in: a new password for who forgot theirs, a new address."""

from fastapi import BackgroundTasks
from pydantic import Field

from labelstream_common.http import Body, JsonReply, Router, policies
from team_service.application.own_address import confirm_address
from team_service.application.passwords import answer_password_reset, ask_password_reset, reset_password
from team_service.domain.accounts import EmailTaken
from team_service.domain.attempts import TooManyAttempts
from team_service.domain.emails import InvalidEmail
from team_service.domain.links import LinkExpired, LinkNotFound, LinkUsed
from team_service.domain.passwords import WeakPassword
from team_service.entrypoints.http.done import DONE, Done, done
from team_service.entrypoints.http.parameters import Origin, ThePorts

router = Router(tags=["sign-in"])


class ForgottenPassword(Body):
    email: str


class NewPassword(Body):
    password: str = Field(repr=False)


@router.post(
    "/auth/password-reset",
    policy=policies.public(),
    status_code=202,
    errors=(InvalidEmail, TooManyAttempts),
    reply=Done,
)
async def ask_for_reset(body: ForgottenPassword, later: BackgroundTasks, ports: ThePorts, origin: Origin) -> JsonReply:
    """Ask for a link by e-mail. The answer is the same whether the address has an account or not."""
    email = await ask_password_reset(body.email, origin, ports=ports)
    later.add_task(answer_password_reset, email, ports=ports)
    return JsonReply({}, status_code=202, background=later)


@router.post(
    "/auth/password-reset/{token}",
    policy=policies.public(),
    idempotent=True,
    present=done,
    errors=(LinkNotFound, LinkUsed, LinkExpired, WeakPassword, TooManyAttempts),
)
async def reset(token: str, body: NewPassword, ports: ThePorts, origin: Origin) -> Done:
    """Set a new password with the link's token. Ends every sign-in of the account."""
    await reset_password(token, body.password, origin, ports=ports)
    return DONE


@router.post(
    "/auth/email-change/{token}",
    policy=policies.public(),
    idempotent=True,
    present=done,
    errors=(LinkNotFound, LinkUsed, LinkExpired, EmailTaken, TooManyAttempts),
)
async def confirm_email(token: str, ports: ThePorts, origin: Origin) -> Done:
    """Confirm an account's new e-mail address with the token of the link that was sent to it. Other sessions end."""
    await confirm_address(token, origin, ports=ports)
    return DONE

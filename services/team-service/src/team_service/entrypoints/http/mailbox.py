"""The mailbox: where e-mails go when there is no mail server, for a first try. Administrators read it."""

from dataclasses import replace
from typing import Annotated

from fastapi import Request
from pydantic import Field

from labelstream_common.access import AccountRight
from labelstream_common.http import Caller, Moment, PageView, Paging, Router, View, page_reply, policies
from team_service.application.mailing import read_letter
from team_service.domain.mail import LetterId, LetterNotFound, LetterState, MailboxNotThere, PostedLetter
from team_service.entrypoints.http.parameters import ThePorts, ports_of

router = Router(tags=["mailbox"])


async def _there(request: Request, _: Caller) -> None:
    if not ports_of(request).has_mailbox:
        raise MailboxNotThere


async def _letter_there(request: Request, caller: Caller) -> None:
    await _there(request, caller)
    await ports_of(request).letters.get(LetterId(request.path_params["letter_id"]))


_READS = policies.account_may(AccountRight.READ_MAILBOX, finds=_there)
_READS_ONE = policies.account_may(AccountRight.READ_MAILBOX, finds=_letter_there)


class LetterSummaryView(View):
    id: str
    to: str
    subject: str
    posted_at: Moment
    state: LetterState


class LetterView(LetterSummaryView):
    text: Annotated[str, Field(repr=False)]
    html: Annotated[str, Field(repr=False)]


def _summary(posted: PostedLetter) -> LetterSummaryView:
    letter = posted.letter
    return LetterSummaryView(
        id=posted.id, to=letter.to, subject=letter.subject, posted_at=posted.posted_at, state=posted.status.state
    )


@router.get("/mailbox", policy=_READS, errors=(MailboxNotThere,))
async def get_mailbox(ports: ThePorts, paging: Paging) -> PageView[LetterSummaryView]:
    """The e-mails of the last 30 days, the newest first. There is a mailbox only where no mail server is configured."""
    return page_reply(await ports.letters.page(replace(paging, sort="-added")), _summary)


@router.get("/mailbox/{letter_id}", policy=_READS_ONE, errors=(MailboxNotThere, LetterNotFound))
async def get_letter(letter_id: str, ports: ThePorts) -> LetterView:
    """One e-mail, as text and HTML. Its link may sign somebody in, so whoever reads it is recorded in the audit."""
    posted = await read_letter(LetterId(letter_id), ports=ports)
    return LetterView(**_summary(posted).model_dump(), text=posted.letter.text, html=posted.letter.html)

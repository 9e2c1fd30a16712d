"""What a command names: people by an id or an e-mail address, labels by an id or a name."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Protocol, TypeVar

from labelstream.errors import LabelstreamError, NotAllowed, NotFound

if TYPE_CHECKING:
    from labelstream.blocking.client import Client
    from labelstream.models import Annotator, TeamMember


class NobodyFound(LabelstreamError):
    """Nobody has this id or e-mail address."""

    code = "nobody-found"


class LabelMissing(LabelstreamError):
    """The job has no label of that id or name."""

    code = "label-not-found"


class Ambiguous(LabelstreamError):
    """Several people have this id or e-mail address."""

    code = "ambiguous"


class Someone(Protocol):
    """An annotator of a job, or a member of a team."""

    @property
    def id(self) -> str: ...

    @property
    def account_id(self) -> str | None: ...

    @property
    def email(self) -> str | None: ...


S = TypeVar("S", bound=Someone)

_UNDERSTOOD = frozenset({"me", "none"})


def annotator_of(client: "Client", job: str, who: str) -> "Annotator":
    """Raises NobodyFound or Ambiguous."""
    return one_of(client.annotators.list(job), who, "annotator of this job")


def member_of(client: "Client", team: str, who: str) -> "TeamMember":
    """Raises NobodyFound or Ambiguous."""
    return one_of(client.teams.members(team), who, "member of this team")


def one_of(people: Iterable[S], who: str, what: str) -> S:
    """The one with this id, account or e-mail address; upper and lower case are equal in addresses."""
    address = who.casefold()
    found = [each for each in people if who in {each.id, each.account_id} or (each.email or "").casefold() == address]
    if not found:
        raise NobodyFound(f"No {what} has the id or e-mail address {who}.")
    if len(found) > 1:
        ids = ", ".join(each.id for each in found)
        raise Ambiguous(f"{who} is more than one {what}. Give one of these ids: {ids}.")
    return found[0]


def account_with(client: "Client", who: str) -> str:
    """The id of an account that is named by id or e-mail address, for administrators. Raises NobodyFound."""
    if "@" not in who:
        return who
    found = next(client.accounts.list(email=who), None)
    if found is None:
        raise NobodyFound(f"No account has the e-mail address {who}.")
    return found.id


def account_in_job(client: "Client", job: str, who: str) -> str:
    """The id of an account: of an annotator of the job, or of anybody if an administrator asks. Raises NobodyFound.

    `me` and `none` are for the gateway to understand. An id that is no annotator's is taken for an account's.
    """
    if who in _UNDERSTOOD:
        return who
    try:
        annotator = annotator_of(client, job, who)
    except NobodyFound:
        return _account_of_anybody(client, who)
    except NotAllowed:
        if "@" in who:
            raise
        return who
    if annotator.account_id is None:
        called = annotator.email or annotator.name
        raise NobodyFound(f"{called} has not come to this job yet: accepting the invitation makes their account.")
    return annotator.account_id


def _account_of_anybody(client: "Client", who: str) -> str:
    try:
        return account_with(client, who)
    except NotAllowed as error:
        raise NobodyFound(
            f"No annotator of this job has the e-mail address {who}. Other people are named by the id of their account."
        ) from error


def names_of_accounts(client: "Client") -> Callable[[str], str]:
    """Says who has an id: oneself, and anybody if an administrator asks. Others' names are not everybody's to read."""
    me = client.accounts.me()

    @cache
    def name_of(account_id: str) -> str:
        if account_id == me.id:
            return me.name or me.email
        if me.role != "admin":
            return account_id
        try:
            account = client.accounts.get(account_id)
        except NotFound:
            return account_id  # an account that is no more
        return account.name or account.email

    return name_of

# Generated from labelstream/aio by generate_blocking.py; change it there.
# ruff: noqa
"""The annotators of a labeling job."""

from collections.abc import Iterator

from labelstream.blocking.paging import every
from labelstream.blocking.transport import Transport
from labelstream.calls import Call, given, path_of
from labelstream.models import Annotator, MemberRole, Page, Touched


class Annotators:
    """`/jobs/{id}/annotators`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, job_id: str, *, removed: bool = False) -> Iterator[Annotator]:
        """Who works in the job besides its owner, or with `removed` who was removed from it."""
        return every(self._transport, _path(job_id), Page[Annotator], {"removed": removed or None})

    def add(
        self,
        job_id: str,
        email: str | None = None,
        *,
        member_id: str | None = None,
        role: MemberRole | None = None,
        name: str | None = None,
    ) -> Annotator:
        """Add somebody by e-mail address, or a member of a team by `member_id`. Raises ValueError unless one is given.

        Nothing is sent: the annotator is `not_invited` until `send_email`. Without a `role` they become a labeler, and
        a member of a team gets the role that they have there.
        """
        if (email is None) == (member_id is None):
            raise ValueError("Give either an e-mail address or a member_id.")
        body = given(email=email, member_id=member_id, role=role, name=name)
        return self._transport.send(Call("POST", _path(job_id), Annotator, body=body))

    def change_role(self, job_id: str, annotator_id: str, role: MemberRole) -> Annotator:
        return self._transport.send(Call("PATCH", _path(job_id, annotator_id), Annotator, body={"role": role}))

    def send_email(self, job_id: str, annotator_id: str) -> Annotator:
        """Send the labeling job by e-mail; `letter` of the annotator says what becomes of it.

        Whoever has no account gets an invitation: a link that they accept in a browser.
        """
        return self._transport.send(Call("POST", _path(job_id, f"{annotator_id}:send-email"), Annotator))

    def remove(self, job_id: str, annotator_id: str) -> None:
        """Take effect everywhere within a second. Labels stay, and unfinished work is dealt out again."""
        self._transport.send(Call("DELETE", _path(job_id, annotator_id), type(None)))

    def touched_by_removal(self, job_id: str, annotator_id: str) -> Touched:
        """Whether `remove` would find somebody. Removes nobody."""
        call = Call("DELETE", _path(job_id, annotator_id), Touched, query={"dry_run": True})
        return self._transport.send(call)


def _path(job_id: str, *rest: str) -> str:
    return path_of("jobs", job_id, "annotators", *rest)

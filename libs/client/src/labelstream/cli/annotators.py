"""`labelstream annotators`: who works in a job."""

from typing import Annotated

import typer

from labelstream.blocking.client import Client
from labelstream.cli.mistakes import each_tried
from labelstream.cli.naming import annotator_of
from labelstream.cli.options import DryRun, JobId, Json, RoleArgument, Token, Url, Yes
from labelstream.cli.output import confirmed, emit_json, emit_json_lines, print_table, tell
from labelstream.cli.session import client_for
from labelstream.cli.touched import show_removal
from labelstream.models import Annotator, LetterStatus, MemberRole

Who = Annotated[str, typer.Argument(help="The annotator: an id or an e-mail address.", metavar="WHO")]


def commands(app: typer.Typer) -> None:
    annotators = typer.Typer(
        help="Add people to a job, change their roles, invite and remove them.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    annotators.command("list")(list_annotators)
    annotators.command("add")(add)
    annotators.command("role")(change_role)
    annotators.command("send-email")(send_email)
    annotators.command("remove")(remove)
    app.add_typer(annotators, name="annotators")


def list_annotators(
    job: JobId,
    *,
    removed: Annotated[bool, typer.Option("--removed", help="List those who were removed instead.")] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """List who works in a job, besides its owner."""
    with client_for(url, token) as client:
        found = client.annotators.list(job, removed=removed)
        if as_json:
            emit_json_lines(found)
            return
        rows = ((each.id, each.name, each.email, each.role, each.state, _letter(each.letter)) for each in found)
        print_table(None, ("id", "name", "e-mail", "role", "state", "letter"), rows)


def add(
    job: JobId,
    emails: Annotated[list[str] | None, typer.Argument(help="E-mail addresses.", metavar="[EMAIL]...")] = None,
    *,
    members: Annotated[
        list[str] | None,
        typer.Option("--member", help="A member of a team, by the member's id; repeatable.", metavar="ID"),
    ] = None,
    role: Annotated[
        MemberRole | None,
        typer.Option(
            "--role", help="labeler, reviewer or manager. Default: labeler; for --member, their role in the team."
        ),
    ] = None,
    send: Annotated[bool, typer.Option("--send-email", help="Also send them the job by e-mail.")] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Add people to a job, by e-mail address or from a team.

    Without --role they become labelers, and members of a team get the role that they have there. People with an account
    can begin at once. With --send-email others get an invitation: they open its link in a browser and choose a
    password there. Without a mail server the letter, with the link, is in `labelstream mail show`. If somebody is
    refused, the others are added all the same.
    """
    if not emails and not members:
        raise typer.BadParameter("Give e-mail addresses, or --member with the id of a member of a team.")
    with client_for(url, token) as client, each_tried(as_json=as_json) as tried:
        for email in emails or ():
            with tried(email):
                _show_added(client, job, client.annotators.add(job, email, role=role), send=send, as_json=as_json)
        for member in members or ():
            with tried(member):
                added = client.annotators.add(job, member_id=member, role=role)
                _show_added(client, job, added, send=send, as_json=as_json)


def _show_added(client: Client, job: str, annotator: Annotator, *, send: bool, as_json: bool) -> None:
    """Whoever was added is shown, whatever becomes of the letter. As JSON that is one document with both."""
    if not as_json:
        _tell(annotator, "is in the job")
    try:
        if send:
            annotator = client.annotators.send_email(job, annotator.id)
            if not as_json:
                _tell(annotator, "was sent the job")
    finally:
        if as_json:
            emit_json(annotator)


def change_role(
    job: JobId, who: Who, role: RoleArgument, *, url: Url = None, token: Token = None, as_json: Json = False
) -> None:
    """Change the role of an annotator. Open items are then dealt anew, where items are dealt."""
    with client_for(url, token) as client:
        changed = client.annotators.change_role(job, annotator_of(client, job, who).id, role)
    _show(changed, "is in the job", as_json=as_json)


def send_email(
    job: JobId,
    people: Annotated[list[str], typer.Argument(help="Annotators: ids or e-mail addresses.", metavar="WHO...")],
    *,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Send the job to annotators by e-mail; people without an account get an invitation.

    They open the link of an invitation in a browser and choose a password there. Without a mail server the letter is in
    `labelstream mail show`.
    """
    with client_for(url, token) as client:
        annotators = [annotator_of(client, job, who) for who in people]
        with each_tried(as_json=as_json) as tried:
            for each in annotators:
                with tried(_called(each)):
                    _show(client.annotators.send_email(job, each.id), "was sent the job", as_json=as_json)


def remove(
    job: JobId,
    who: Who,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Remove somebody from a job. What they labeled stays; what they had still to do is dealt out again."""
    with client_for(url, token) as client:
        annotator = annotator_of(client, job, who)
        if dry_run:
            touched = client.annotators.touched_by_removal(job, annotator.id)
            show_removal(touched, _called(annotator), "the job", as_json=as_json)
            return
        confirmed(f"Remove {_called(annotator)} from job {job}?", yes=yes)
        client.annotators.remove(job, annotator.id)
    if as_json:
        emit_json({"removed": annotator.id})
    else:
        tell(f"{_called(annotator)} was removed from the job.")


def _show(annotator: Annotator, what: str, *, as_json: bool) -> None:
    if as_json:
        emit_json(annotator)
    else:
        _tell(annotator, what)


def _tell(annotator: Annotator, what: str) -> None:
    letter = f"; letter: {_letter(annotator.letter)}" if annotator.letter else ""
    tell(f"{_called(annotator)} {what} as {annotator.role} ({annotator.state}{letter}): {annotator.id}")


def _called(annotator: Annotator) -> str:
    return annotator.email or annotator.name


def _letter(letter: LetterStatus | None) -> str:
    if letter is None:
        return ""
    reason = f": {letter.reason}" if letter.reason else ""
    return f"{letter.state} {letter.at.astimezone():%Y-%m-%d %H:%M}{reason}"

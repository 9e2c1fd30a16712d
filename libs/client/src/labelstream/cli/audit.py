"""`labelstream audit`."""

from collections.abc import Iterable
from itertools import islice
from typing import Annotated

import typer

from labelstream.cli.options import Json, Token, Url
from labelstream.cli.output import emit_json_lines, print_table
from labelstream.cli.session import client_for
from labelstream.models import AuditEntry, Named


def commands(app: typer.Typer) -> None:
    app.command("audit")(audit)


def audit(
    *,
    job: Annotated[str | None, typer.Option("--job", help="Only what concerns this job. Its managers may ask.")] = None,
    action: Annotated[str | None, typer.Option("--action", help="Only this act, e.g. sign-in-failed.")] = None,
    actor: Annotated[str | None, typer.Option("--actor", help="Only what this account did.", metavar="ACCOUNT")] = None,
    after: Annotated[str | None, typer.Option("--after", help="Only what happened later.", metavar="TIME")] = None,
    before: Annotated[str | None, typer.Option("--before", help="Only until then.", metavar="TIME")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many at most.")] = 100,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """See who did what that matters for security or cannot be undone.

    The newest comes first. For administrators only, except with `--job`. A TIME is like 2026-01-31T12:00:00Z.
    """
    with client_for(url, token) as client:
        found = client.audit.list(job, action=action, actor=actor, after=after, before=before)
        entries = islice(found, limit)
        if as_json:
            emit_json_lines(entries)
            return
        print_table(None, ("at", "action", "actor", "subject", "address", "detail"), _rows(entries))


def _rows(entries: Iterable[AuditEntry]) -> Iterable[tuple[object, ...]]:
    for each in entries:
        detail = ", ".join(f"{name}: {value}" for name, value in each.detail.items() if value is not None)
        at = each.at.strftime("%Y-%m-%d %H:%M:%S")
        yield at, each.action, _named(each.actor), _named(each.subject), each.address, detail


def _named(named: Named) -> str:
    return f"{named.kind} {named.id}" if named.id else named.kind

"""`labelstream sources`."""

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Literal

import typer

from labelstream.cli.options import DryRun, Json, Token, Url, Yes
from labelstream.cli.output import confirmed, emit_json, emit_json_lines, print_table, tell
from labelstream.cli.session import client_for
from labelstream.cli.touched import show_touched
from labelstream.models import ObjectSource

SECRET = "LABELSTREAM_SOURCE_SECRET_KEY"  # noqa: S105 - the variable's name

SourceId = Annotated[str, typer.Argument(help="The id of the source; `platform` is the platform's own store.")]
Buckets = Annotated[
    list[str] | None,
    typer.Option("--bucket", help="A bucket, or bucket/prefix; repeat it for more.", metavar="BUCKET[/PREFIX]"),
]
Members = Annotated[bool, typer.Option("--members", help="Grant it to every member.")]
To = Annotated[
    list[str] | None,
    typer.Option("--to", help="Grant it to an account or a team by its id; repeat it for more.", metavar="ID"),
]


def commands(app: typer.Typer) -> None:
    sources = typer.Typer(
        help="Work with object stores, and decide who may use them.", no_args_is_help=True, rich_markup_mode=None
    )
    sources.command("list")(list_sources)
    sources.command("show")(show)
    sources.command("add")(add)
    sources.command("test")(try_source)
    sources.command("grant")(grant)
    sources.command("delete")(delete)
    app.add_typer(sources, name="sources")


def list_sources(url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List the object stores on which you can make datasets."""
    with client_for(url, token) as client:
        sources = client.sources.list()
        if as_json:
            emit_json_lines(sources)
            return
        print_table(None, ("id", "name", "buckets"), ((each.id, each.name, _buckets(each)) for each in sources))


def show(source: SourceId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Show a source, and who may use it. Administrators only."""
    with client_for(url, token) as client:
        _show(client.sources.get(source), as_json=as_json)


def add(
    name: Annotated[str, typer.Argument(help="Its name, as people see it.")],
    *,
    endpoint: Annotated[str, typer.Option("--endpoint", help="Its address: https://host or http://host:port.")],
    access_key: Annotated[str, typer.Option("--access-key", help="The access key. Its secret is asked for.")],
    region: Annotated[str | None, typer.Option("--region", help="Default: us-east-1.")] = None,
    buckets: Buckets = None,
    members: Members = False,
    to: To = None,
    secret_stdin: Annotated[
        bool, typer.Option("--secret-stdin", help=f"Read the secret key from stdin. It can also be set in {SECRET}.")
    ] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Add an object store with a key of its own, if its buckets can be listed. Administrators only."""
    granted_to = _granted(members, to)
    with client_for(url, token) as client:
        source = client.sources.create(
            name,
            endpoint=endpoint,
            access_key=access_key,
            secret_key=_secret(from_stdin=secret_stdin),
            region=region,
            buckets=buckets or None,
            granted_to=granted_to,
        )
    _show(source, as_json=as_json)


def try_source(source: SourceId, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """See whether each bucket can be listed; exit code 1 if not. Administrators only."""
    with client_for(url, token) as client:
        tried = client.sources.test(source)
    if as_json:
        emit_json(tried)
    else:
        for each in tried.buckets:
            tell(f"{each.name or 'The store'}: {'fine' if each.ok else each.reason}")
        tell("The source can be used." if tried.ok else "The source cannot be used.")
    if not tried.ok:
        raise typer.Exit(1)


def grant(
    source: SourceId,
    *,
    members: Members = False,
    to: To = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="Leave it to administrators alone.")] = False,
    buckets: Buckets = None,
    all_buckets: Annotated[bool, typer.Option("--all-buckets", help="Every bucket that the key reaches.")] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Say who may use a source, and which of its buckets. Replaces the earlier grant. Administrators only."""
    granted_to = [] if nobody else _granted(members, to)
    if nobody and (members or to):
        raise typer.BadParameter("--nobody cannot be combined with other grants.")
    if granted_to is None and not buckets and not all_buckets:
        raise typer.BadParameter("Say --members, --to or --nobody; or which buckets: --bucket or --all-buckets.")
    with client_for(url, token) as client:
        changed = client.sources.update(
            source, granted_to=granted_to, buckets="all" if all_buckets else buckets or None
        )
    _show(changed, as_json=as_json)


def delete(
    source: SourceId,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Forget a source that no dataset lies on, and its key. Administrators only."""
    with client_for(url, token) as client:
        if dry_run:
            show_touched(client.sources.touched_by_deletion(source), as_json=as_json)
            return
        confirmed(f"Delete source {source}?", yes=yes)
        client.sources.delete(source)
    if as_json:
        emit_json({"deleted": source})
    else:
        tell("The source was deleted. Its objects stay where they are.")


def _granted(members: bool, to: Sequence[str] | None) -> Literal["members"] | Sequence[str] | None:
    if members and to:
        raise typer.BadParameter("Either --members or --to, not both.")
    return "members" if members else to or None


def _secret(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return os.environ.get(SECRET) or str(typer.prompt("Secret key", hide_input=True, err=True))


def _show(source: ObjectSource, *, as_json: bool) -> None:
    if as_json:
        emit_json(source)
        return
    granted = source.granted_to if isinstance(source.granted_to, str) else ", ".join(source.granted_to or ())
    row = (source.id, source.name, source.endpoint or "", _buckets(source), granted or "administrators")
    print_table(None, ("id", "name", "endpoint", "buckets", "granted to"), [row])


def _buckets(source: ObjectSource) -> str:
    if source.buckets is None:
        return "all"
    return ", ".join(f"{each.name}/{each.prefix}".rstrip("/") for each in source.buckets)

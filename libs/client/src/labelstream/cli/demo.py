"""`labelstream demo`: runs the demonstration and shows it."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Annotated, Self

import typer
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from labelstream.aio.client import AsyncClient
from labelstream.cli.exits import Exit
from labelstream.cli.options import Json
from labelstream.cli.output import emit_json, err_console, new_progress, print_table, say, tell
from labelstream.cli.session import local_administrator
from labelstream.cli.terminal import silence_libraries
from labelstream.cli.watch import row_of
from labelstream.demo import digits
from labelstream.demo.platform import Platform, platform, shown_sign_in
from labelstream.demo.scenario import Outcome, run
from labelstream.feed import Change

_LINES = 8


def commands(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo(
    data_dir: Annotated[Path, typer.Option("--data-dir", help="Where the local platform keeps its data.")] = Path(
        ".labelstream"
    ),
    *,
    port: Annotated[
        int | None, typer.Option("--port", help="The gateway's port, if the platform has to be started.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the platform running afterwards, if it was started here.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Label 1,000 of 1,797 real images and check that every label arrives as an event.

    Starts the local platform if it is not running. Exits with code 1 unless all images are in the job, exactly 1,000
    are labeled, and every change arrives as one event, in order.
    """
    silence_libraries()
    outcome, running = asyncio.run(_demonstrated(data_dir, port, keep=keep))
    address = f"{running.url}/jobs/{outcome.job.id}"
    if as_json:
        emit_json({**_as_json(outcome), "url": address})
    else:
        _print(outcome)
        for line in _where(running, address, data_dir, keep=keep):
            tell(line)
    if not outcome.holds:
        raise typer.Exit(Exit.FAILED)


async def _demonstrated(data_dir: Path, port: int | None, *, keep: bool) -> tuple[Outcome, Platform]:
    async with AsyncExitStack() as stack:
        console = err_console()
        with console.status("Starting the platform (labelstream up)"):
            loading = asyncio.create_task(asyncio.to_thread(digits.load))
            running = await stack.enter_async_context(platform(data_dir, port, keep=keep))
            images = await loading
        with Screen(console) as screen:
            outcome = await _signed_in(running, data_dir, images, screen)
    return outcome, running


def _where(running: Platform, address: str, data_dir: Path, *, keep: bool) -> list[str]:
    if running.started_here and not keep:
        return [f"The platform was stopped. Start it with `labelstream up`, and see the job at {address}"]
    sign_in = shown_sign_in(data_dir) if running.started_here else None
    return [*([f"Sign in as {sign_in}"] if sign_in else []), f"See it at {address}"]


async def _signed_in(running: Platform, data_dir: Path, images: Sequence[digits.Digit], screen: "Screen") -> Outcome:
    email, password = local_administrator(str(data_dir))
    async with AsyncClient(running.url, email=email, password=password) as client:
        return await run(running, client, images, screen)


class Screen:
    """On a terminal a bar above the latest events; elsewhere a line for each step and event."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = new_progress(console)
        self._lines: deque[str] = deque(maxlen=_LINES)
        self._live = Live(get_renderable=self._view, console=console, refresh_per_second=8, transient=True)
        self._task = self._progress.add_task("")

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._live.stop()

    def step(self, what: str, total: int | None = None) -> None:
        self._progress.reset(self._task, description=what, total=total)
        if not self._console.is_terminal:
            say(f"{what} …")

    def advance(self, steps: int = 1) -> None:
        self._progress.advance(self._task, steps)

    def received(self, change: Change) -> None:
        seq, path, what, cause, *_ = row_of(change)
        line = f"received  seq {seq:>6}  {path:<18} {what:<12} ({cause})"
        self._lines.append(line)
        if not self._console.is_terminal:
            say(line)

    def _view(self) -> Group:
        return Group(self._progress, Text("\n".join(self._lines), style="dim"))


def _print(outcome: Outcome) -> None:
    findings = outcome.findings
    counts = {each.name: each.count for each in outcome.stats.labels}
    print_table(
        f"\n{outcome.job.name}: {outcome.stats.labeled} of {outcome.stats.total} images labeled",
        ("label", "labeled", "images show"),
        [(name, counts.get(name, 0), shown) for name, shown in outcome.expected.items()],
    )
    p50, p99 = findings.p50_and_p99
    verdict = {
        "changes made": findings.changes,
        "events received": findings.events,
        "lost": len(findings.lost),
        "without a change": len(findings.ghosts),
        "received twice": findings.twice,
        "out of order": findings.out_of_order,
        "with another label": len(findings.wrong),
        "from reply to subscriber": f"p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms",
        "labeling took": f"{outcome.seconds:.1f} s",
    }
    print_table("\nevents", ("what", "how many"), verdict.items())
    if outcome.holds:
        tell("")
        tell("Every change arrived as exactly one event, in order.")
    for sentence in outcome.broken:
        say(f"error: {sentence}")


def _as_json(outcome: Outcome) -> dict[str, object]:
    findings = outcome.findings
    p50, p99 = findings.p50_and_p99
    return {
        "job_id": outcome.job.id,
        "holds": outcome.holds,
        "broken": outcome.broken,
        "total": outcome.stats.total,
        "labeled": {each.name: each.count for each in outcome.stats.labels},
        "expected": outcome.expected,
        "changes": findings.changes,
        "events": findings.events,
        "lost": len(findings.lost),
        "ghosts": len(findings.ghosts),
        "twice": findings.twice,
        "out_of_order": findings.out_of_order,
        "wrong": len(findings.wrong),
        "latency_ms": {"p50": p50 * 1000, "p99": p99 * 1000},
        "labeling_seconds": outcome.seconds,
    }

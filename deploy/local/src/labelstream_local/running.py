"""One run of the local platform: from its first check to the last process ended."""

import asyncio
import os
import signal
import sys
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from filelock import FileLock, Timeout

from labelstream_gateway.routing import Target
from labelstream_local import administrator, orphans, run_record
from labelstream_local.credentials import Credentials
from labelstream_local.directory import DataDirectory
from labelstream_local.errors import AlreadyRunning
from labelstream_local.jars import kafka_jars
from labelstream_local.kafka import find_java
from labelstream_local.mongodb import find_mongod
from labelstream_local.narration import Narration
from labelstream_local.services import in_one_process, refuse_taken, split
from labelstream_local.stack import EmbeddedStack
from labelstream_local.supervisor import Supervisor


@dataclass(frozen=True)
class Wish:
    """What was asked for: which port, where the data lies, services apart or in one process, whether the browser
    shows it, and whether nobody reads the output, so that the sign-in is left for the next start to show."""

    port: int
    directory: DataDirectory
    apart: bool
    opens: bool = False
    hides_sign_in: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


async def run(wish: Wish) -> None:
    """Runs the platform until a signal. Raises StartError."""
    find_mongod()
    find_java()
    wish.directory.create()
    with _locked(wish.directory):
        await _run(wish)


async def _run(wish: Wish) -> None:
    narration = Narration()
    stack = EmbeddedStack(wish.directory.root)
    await _end_orphans(stack, narration)
    refuse_taken(wish.port)
    await asyncio.to_thread(_fetch_jars, narration)
    credentials = administrator.decide(wish.directory, stack.credentials)
    arrange = split if wish.apart else in_one_process
    arrangement = arrange(stack, wish.port, lambda service: _settings(wish, stack, credentials, service))
    supervisor = Supervisor(
        stack, arrangement.layers, prepare=arrangement.prepare, gateway_url=wish.url, narrator=narration
    )
    stop = _on_signals(supervisor)
    starting = asyncio.create_task(supervisor.start())
    try:
        if not await _before(stop, starting):
            return
        _introduce(wish, stack, credentials)
        keeping = asyncio.create_task(supervisor.keep())
        await _either(stop, keeping)
        narration.says("Stopping.")
    finally:
        narration.done()
        await supervisor.stop()
    await keeping
    narration.says("Stopped; all data is kept.")


@contextmanager
def _locked(directory: DataDirectory) -> Iterator[None]:
    """The kernel lets the lock go when its holder dies, however it dies."""
    lock = FileLock(directory.lock, blocking=False)
    try:
        lock.acquire()
    except Timeout as error:
        record = run_record.load(directory)
        raise AlreadyRunning(
            directory.root, record.supervisor.pid if record else None, record.gateway_url if record else None
        ) from error
    with lock:
        yield


async def _end_orphans(stack: EmbeddedStack, narration: Narration) -> None:
    left = await asyncio.to_thread(orphans.find, stack.place.mark)
    if left:
        narration.says(f"An earlier `labelstream up` was killed; ending the {len(left)} processes that it left.")
        await asyncio.to_thread(orphans.end, left)


def _fetch_jars(narration: Narration) -> None:
    narration.waits_for(["Kafka's jars"])
    kafka_jars()


async def _before(stop: asyncio.Event, starting: asyncio.Task[None]) -> bool:
    """Whether it started before somebody wanted it to stop."""
    await _either(stop, starting)
    if not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return False
    starting.result()
    return True


async def _either(stop: asyncio.Event, task: asyncio.Task[None]) -> None:
    """Wait until somebody wants it to stop or the task has ended."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()


def _on_signals(supervisor: Supervisor) -> asyncio.Event:
    """The first signal stops politely, a second one at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    impatient: list[asyncio.Task[None]] = []

    def asked() -> None:
        if stop.is_set():
            impatient.append(loop.create_task(supervisor.kill()))
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, asked)
    return stop


def _settings(wish: Wish, stack: EmbeddedStack, credentials: Credentials, service: str | None) -> Mapping[str, str]:
    """What one service is told; for None, what a process of all services and the preparation are told."""
    public = {"LABELSTREAM_PUBLIC_URL": wish.url}
    if service == Target.EDGE:
        # Where browsers upload files to, without the keys: the console's pages name it.
        return {**public, "LABELSTREAM_S3_ENDPOINT": stack.s3.endpoint}
    return {
        **public,
        **(stack.environment_of_all() if service is None else stack.environment(service)),
        **(_of_team_service(credentials) if service in (None, Target.TEAM) else {}),
        "LABELSTREAM_KAFKA_ASSIGNMENT": "group" if wish.apart else "direct",
    }


def _of_team_service(credentials: Credentials) -> Mapping[str, str]:
    """The first administrator; and a mailbox, unless the person's own environment names a mail server."""
    return {**administrator.environment(credentials), MAILBOX: os.environ.get(MAILBOX, "true")}


def _introduce(wish: Wish, stack: EmbeddedStack, credentials: Credentials) -> None:
    rows = {
        "Console": wish.url,
        "Gateway": wish.url,
        "API reference": f"{wish.url}/api/v1/docs",
        "Kafka": stack.kafka.bootstrap_servers,
        "MongoDB": f"127.0.0.1:{stack.mongodb.port}",
        "S3": f"{stack.s3.endpoint} ({_KINDS[stack.s3.kind]})",
        "Data": f"{wish.directory.root} (`labelstream status` shows the keys to it)",
    }
    if not (credentials.admin_shown or wish.hides_sign_in):
        rows["Administrator"] = f"{credentials.admin_email}, password {credentials.admin_password} (shown this once)"
        administrator.remember_shown(wish.directory, credentials)
    lines = "".join(f"  {name:<15}{value}\n" for name, value in rows.items())
    sys.stdout.write(f"\nLabelstream is ready.\n{lines}Ctrl-C stops it.\n\n")
    sys.stdout.flush()
    if wish.opens and not webbrowser.open(wish.url):
        sys.stderr.write(f"No browser could be opened; the console is at {wish.url}\n")


MAILBOX = "LABELSTREAM_MAILBOX"

_KINDS = {
    "minio": "minio, with notifications to Kafka",
    "rclone": "rclone serve s3: no notifications, so new objects are found by looking",
}

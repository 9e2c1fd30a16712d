"""Uploads a folder's files in parallel, and remembers which are there, so that an interrupted upload goes on.

What was uploaded is noted in a file of the platform's state folder, a line each: path, size and time of modification,
and when it was noted. A file that has changed since is uploaded again, and so is one whose upload cannot be imported
any more: the server takes uploads for seven days.
"""

import hashlib
import json
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeAlias

import httpx
from platformdirs import user_state_path

from labelstream.blocking.client import Client
from labelstream.cli.folders import LocalFile, NotSent
from labelstream.cli.output import Bar
from labelstream.errors import Invalid, LabelstreamError
from labelstream.models import Upload, UploadTicket

_AT_ONCE = 8
_TICKETS = 64
_TRIES = 4
_GOOD_FOR = 6 * 24 * 3600.0
# A ticket is valid for five minutes. A file that waits longer behind large ones gets a new one.
_TICKET_SECONDS = 240.0


class UploadRefused(LabelstreamError):
    """The object store does not take a file."""

    code = "upload-refused"


class _Ready(NamedTuple):
    """A file with its ticket, which is used until `until` on the monotonic clock."""

    file: LocalFile
    ticket: UploadTicket
    until: float


_Queue: TypeAlias = "queue.Queue[_Ready | None]"


class Journal:
    """Notes which files of a folder were uploaded into a dataset."""

    def __init__(self, url: str, dataset_id: str, folder: Path, prefix: str) -> None:
        name = hashlib.sha256(json.dumps([url, dataset_id, str(folder.resolve()), prefix]).encode()).hexdigest()[:32]
        self._file = user_state_path("labelstream", ensure_exists=True) / f"upload-{name}.jsonl"
        self._lock = threading.Lock()

    def read(self) -> set[str]:
        """The marks of what was uploaded lately."""
        try:
            lines = [line.partition("\t") for line in self._file.read_text().splitlines()]
            written = self._file.stat().st_mtime  # an earlier release did not note when
        except FileNotFoundError:
            return set()  # nothing was uploaded from here yet
        oldest = time.time() - _GOOD_FOR
        return {mark for mark, _, at in lines if (float(at) if at else written) > oldest}

    def note(self, file: LocalFile) -> None:
        with self._lock, self._file.open("a") as journal:
            journal.write(f"{file.mark}\t{time.time():.0f}\n")

    def forget(self) -> None:
        self._file.unlink(missing_ok=True)


def upload(
    client: Client, dataset_id: str, files: Sequence[LocalFile], journal: Journal, shown: Bar
) -> Sequence[NotSent]:
    """Uploads the files and notes each in the journal. Returns those that the server refused.

    Raises the first failure; the files that were uploaded by then stay noted.
    """
    ready: _Queue = queue.Queue(_TICKETS)
    failures: list[BaseException] = []
    not_sent: list[NotSent] = []

    def renewed(file: LocalFile) -> _Ready:
        (ticket,) = client.imports.open_uploads(dataset_id, [Upload(path=file.key, size=file.size)])
        return _Ready(file, ticket, time.monotonic() + _TICKET_SECONDS)

    with httpx.Client(timeout=httpx.Timeout(60, connect=5), follow_redirects=False) as http:
        send = partial(_send, http, renewed)
        workers = [
            threading.Thread(target=_work, args=(ready, send, journal, shown, failures), daemon=True)
            for _ in range(_AT_ONCE)
        ]
        for worker in workers:
            worker.start()
        try:
            for begin in range(0, len(files), _TICKETS):
                accepted, refused = _tickets(client, dataset_id, files[begin : begin + _TICKETS])
                not_sent += refused
                for one in accepted:
                    _put(ready, one, failures)
        finally:
            for _ in workers:
                _put(ready, None, failures)
            for worker in workers:
                worker.join()
    if failures:
        raise failures[0]
    return not_sent


def _tickets(client: Client, dataset_id: str, files: Sequence[LocalFile]) -> tuple[Sequence[_Ready], Sequence[NotSent]]:
    """A ticket for each accepted file, and the refused files with the reason."""
    not_sent: list[NotSent] = []
    while files:
        try:
            until = time.monotonic() + _TICKET_SECONDS
            wanted = [Upload(path=each.key, size=each.size) for each in files]
            tickets = client.imports.open_uploads(dataset_id, wanted)
            return [_Ready(file, ticket, until) for file, ticket in zip(files, tickets, strict=True)], not_sent
        except Invalid as refused:
            faults = {
                int(one.pointer.split("/")[2]): one.detail for one in refused.errors if one.pointer[:7] == "/files/"
            }
            if not faults:
                raise
            not_sent += [NotSent(path=files[number].path, reason=detail) for number, detail in sorted(faults.items())]
            files = [each for number, each in enumerate(files) if number not in faults]
    return (), not_sent


def _put(ready: _Queue, one: _Ready | None, failures: Sequence[BaseException]) -> None:
    """Waits for room in the queue, as long as the workers take from it."""
    while not failures:
        with suppress(queue.Full):  # the workers are busy; a failure may have come meanwhile
            ready.put(one, timeout=0.5)
            return


def _work(
    ready: _Queue,
    send: Callable[[_Ready], None],
    journal: Journal,
    shown: Bar,
    failures: list[BaseException],
) -> None:
    while not failures:
        try:
            one = ready.get(timeout=0.5)
        except queue.Empty:
            continue  # no ticket yet; a failure may have come meanwhile
        if one is None:
            return
        try:
            send(one)
            journal.note(one.file)
        except Exception as error:
            failures.append(error)
            return
        shown.advance(1)


def _send(http: httpx.Client, renewed: Callable[[LocalFile], _Ready], one: _Ready) -> None:
    """The file's bytes, read while they are sent."""
    file = one.file
    for attempt in range(1, _TRIES + 1):
        if time.monotonic() > one.until:
            one = renewed(file)
        try:
            with file.place.open("rb") as content:
                headers = {**one.ticket.headers, "Content-Length": str(file.size)}
                answer = http.request(one.ticket.method, one.ticket.url, content=content, headers=headers)
        except httpx.TransportError as error:
            reason = str(error) or type(error).__name__
        else:
            if answer.is_success:
                return
            reason = f"it answered {answer.status_code}"
            if answer.status_code < 500 and answer.status_code != 429:
                break
        if attempt < _TRIES:
            time.sleep(0.5 * 2**attempt)
    raise UploadRefused(f"The object store does not take {file.place}: {reason}. Run the command again to go on.")

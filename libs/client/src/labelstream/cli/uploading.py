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
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
from platformdirs import user_state_path

from labelstream.blocking.client import Client
from labelstream.cli.output import Bar, say
from labelstream.errors import Invalid, LabelstreamError
from labelstream.models import Upload, UploadTicket

IMAGES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".webp", ".gif", ".tif", ".tiff")
LABELS = (".txt", ".manifest", ".jsonl", ".ndjson", ".csv", ".parquet", ".json")
_AT_ONCE = 8
_TICKETS = 64
_TRIES = 4
_GOOD_FOR = 6 * 24 * 3600.0


class UploadRefused(LabelstreamError):
    """The object store does not take a file."""

    code = "upload-refused"


@dataclass(frozen=True)
class LocalFile:
    """A file of the folder, and the key that it gets."""

    place: Path
    key: str
    size: int
    modified: int

    @property
    def mark(self) -> str:
        return json.dumps([self.key, self.size, self.modified])


def files_of(folder: Path, prefix: str) -> Iterator[LocalFile]:
    """The folder's images and files of labels, in the order of their paths. Hidden ones are passed over."""
    for place in sorted(folder.rglob("*")):
        inside = place.relative_to(folder)
        if any(part.startswith(".") for part in inside.parts) or not place.is_file():
            continue
        if place.suffix.lower() in IMAGES + LABELS:
            known = place.stat()
            yield LocalFile(place, prefix + inside.as_posix(), known.st_size, known.st_mtime_ns)


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


def upload(client: Client, dataset_id: str, files: Sequence[LocalFile], journal: Journal, shown: Bar) -> None:
    """Uploads all files that are not noted. Raises what went wrong first; the rest of what was done stays noted."""
    tickets: queue.Queue[tuple[LocalFile, UploadTicket] | None] = queue.Queue(_TICKETS)
    failures: list[BaseException] = []
    with httpx.Client(timeout=httpx.Timeout(60, connect=5), follow_redirects=False) as http:
        workers = [
            threading.Thread(target=_work, args=(http, tickets, journal, shown, failures), daemon=True)
            for _ in range(_AT_ONCE)
        ]
        for worker in workers:
            worker.start()
        try:
            for begin in range(0, len(files), _TICKETS):
                some = files[begin : begin + _TICKETS]
                for pair in _tickets(client, dataset_id, some):
                    _put(tickets, pair, failures)
        finally:
            for _ in workers:
                _put(tickets, None, failures)
            for worker in workers:
                worker.join()
    if failures:
        raise failures[0]


def _tickets(client: Client, dataset_id: str, files: Sequence[LocalFile]) -> Sequence[tuple[LocalFile, UploadTicket]]:
    """A ticket for each file that is accepted. The others are named, and the rest goes on."""
    while files:
        try:
            wanted = [Upload(path=each.key, size=each.size) for each in files]
            return list(zip(files, client.imports.open_uploads(dataset_id, wanted), strict=True))
        except Invalid as refused:
            faults = {
                int(one.pointer.split("/")[2]): one.detail for one in refused.errors if one.pointer[:7] == "/files/"
            }
            if not faults:
                raise
            for number, detail in sorted(faults.items()):
                say(f"{files[number].place} is left out: {detail}")
            files = [each for number, each in enumerate(files) if number not in faults]
    return ()


def _put(
    tickets: "queue.Queue[tuple[LocalFile, UploadTicket] | None]",
    pair: tuple[LocalFile, UploadTicket] | None,
    failures: Sequence[BaseException],
) -> None:
    """Waits for room in the queue, as long as the workers take from it."""
    while not failures:
        with suppress(queue.Full):  # the workers are busy; a failure may have come meanwhile
            tickets.put(pair, timeout=0.5)
            return


def _work(
    http: httpx.Client,
    tickets: "queue.Queue[tuple[LocalFile, UploadTicket] | None]",
    journal: Journal,
    shown: Bar,
    failures: list[BaseException],
) -> None:
    while not failures:
        try:
            pair = tickets.get(timeout=0.5)
        except queue.Empty:
            continue  # no ticket yet; a failure may have come meanwhile
        if pair is None:
            return
        try:
            _send(http, *pair)
            journal.note(pair[0])
        except Exception as error:
            failures.append(error)
            return
        shown.advance(1)


def _send(http: httpx.Client, file: LocalFile, ticket: UploadTicket) -> None:
    for attempt in range(1, _TRIES + 1):
        try:
            with file.place.open("rb") as content:
                headers = {**ticket.headers, "Content-Length": str(file.size)}
                answer = http.request(ticket.method, ticket.url, content=content, headers=headers)
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

# Generated from labelstream/aio by generate_blocking.py; change it there.
# ruff: noqa
"""What happened to a job, read without Kafka: its change feed, and exports that stand at one `seq`."""

import hashlib
from collections.abc import Iterator
from typing import Literal

import msgspec

from labelstream.blocking.paging import every
from labelstream.blocking.transport import Transport
from labelstream.calls import Call, QueryValue, path_of
from labelstream.errors import BrokenExport
from labelstream.feed import FeedEntry, FeedPage, entry_of
from labelstream.models import ExportEnd, ExportRow, ItemDifference, Page

ExportFormat = Literal["ndjson", "csv", "manifest"]


class Changes:
    """`/jobs/{id}/changes`: gapless, in the order of `seq`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def page(self, job_id: str, *, after: int = 0, limit: int = 100) -> FeedPage:
        query = {"after": after, "limit": limit}
        return self._transport.send(Call("GET", path_of("jobs", job_id, "changes"), FeedPage, query=query))

    def list(self, job_id: str, *, after: int = 0, page_size: int = 1000) -> Iterator[FeedEntry]:
        """Every change after `after` up to now; remember the last `seq` to go on later."""
        while True:
            page = self.page(job_id, after=after, limit=page_size)
            for entry in page.items:
                yield entry
            # A page may be empty before the end: what is not a labeler's own is left out of it.
            if page.next_after is None or page.next_after <= after:
                return
            after = page.next_after

    def diff(self, job_id: str, since: int, until: int) -> Iterator[ItemDifference]:
        """The items that differ between two `seq`, by `sample_id`, with their state at both."""
        query: dict[str, QueryValue] = {"from": since, "to": until}
        return every(self._transport, path_of("jobs", job_id, "diff"), Page[ItemDifference], query)

    def follow(self, job_id: str, *, after: int | None = None) -> Iterator[FeedEntry]:
        """Changes as they happen (server-sent events), from now on or after a `seq` (0: all), until the stream ends."""
        headers = {"accept": "text/event-stream"}
        if after is not None:
            headers["last-event-id"] = str(after)
        path = path_of("jobs", job_id, "changes", "stream")
        with self._transport.stream(Call("GET", path, bytes), headers) as answer:
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    yield entry_of(line.removeprefix("data:"))


class Exports:
    """`/jobs/{id}/export`: byte-identical when repeated with the same `as_of`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def chunks(
        self,
        job_id: str,
        *,
        format: ExportFormat = "ndjson",  # noqa: A002  # the contract's word
        as_of: int | None = None,
    ) -> Iterator[bytes]:
        """The export's bytes as they come; the digest in the last line is the caller's to check."""
        query = {"format": format, "as_of": as_of}
        with self._transport.stream(Call("GET", path_of("jobs", job_id, "export"), bytes, query=query)) as answer:
            for chunk in answer.iter_bytes():
                yield chunk

    def rows(self, job_id: str, *, as_of: int | None = None) -> Iterator[ExportRow | ExportEnd]:
        """Typed rows, and at last the ExportEnd, once count and digest are found right. Raises BrokenExport."""
        digest, count, rest = hashlib.sha256(), 0, b""
        decode, held = msgspec.json.Decoder(ExportRow).decode, b""
        for chunk in self.chunks(job_id, as_of=as_of):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                if held:
                    digest.update(held + b"\n")
                    count += 1
                    yield decode(held)
                held = line
        yield _checked(rest or held, count, digest.hexdigest())


def _checked(line: bytes, count: int, digest: str) -> ExportEnd:
    try:
        end = msgspec.json.decode(line, type=ExportEnd)
    except msgspec.DecodeError as error:
        raise BrokenExport("The export ended before its last line.") from error
    if (end.count, end.sha256) != (count, digest):
        expected, found = f"{end.count} rows with digest {end.sha256}", f"{count} rows with digest {digest}"
        raise BrokenExport(f"The export's last line promises {expected}; {found} arrived.")
    return end

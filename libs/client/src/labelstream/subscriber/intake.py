"""From fetched messages to the changes that are handed out: filter, decode, drop duplicates. No I/O."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from labelstream.errors import UndecodableEvent
from labelstream.feed import Change, ItemChanged
from labelstream.subscriber.decoding import DECODERS, type_of
from labelstream.subscriber.seen import Seen


class Message(Protocol):
    """What is needed of a Kafka record."""

    @property
    def topic(self) -> str: ...

    @property
    def partition(self) -> int: ...

    @property
    def offset(self) -> int: ...

    @property
    def key(self) -> bytes | None: ...

    @property
    def value(self) -> bytes | None: ...

    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


@dataclass(frozen=True)
class Rules:
    """What a subscription wants: jobs (None: all), whether duplicates are dropped, and what it does with poison."""

    jobs: Collection[bytes] | None
    deduplicate: bool
    remember: int
    skip_undecodable: bool


class Intake:
    """The reading of one partition: stateful only in what it has seen."""

    def __init__(self, rules: Rules, covered: dict[str, int]) -> None:
        self._rules = rules
        self._covered = covered
        self._seen = Seen(rules.remember)

    def read(self, messages: Sequence[Message]) -> list[tuple[int, Change]]:
        """Offset and change of every message that is wanted and new, in order.

        Ignored: tombstones (the end itself came before as a change to nothing), types of a later version, and
        changes that the snapshot of their job already covers. Raises UndecodableEvent.
        """
        jobs, deduplicate, covered = self._rules.jobs, self._rules.deduplicate, self._covered
        is_new, decoders = self._seen.is_new, DECODERS
        taken: list[tuple[int, Change]] = []
        for message in messages:
            key, value = message.key, message.value
            if value is None or key is None or (jobs is not None and key.partition(b":")[0] not in jobs):
                continue
            decode = decoders.get(type_of(message.headers) or b"")
            if decode is None:
                continue
            try:
                change = decode(value)
            except msgspec.DecodeError as error:
                self._poison(message, error)
                continue
            version = change.version if type(change) is ItemChanged else change.seq
            if deduplicate and not is_new(key, version):
                continue
            if covered and change.seq <= covered.get(change.job_id, 0):
                continue
            taken.append((message.offset, change))
        return taken

    def _poison(self, message: Message, error: Exception) -> None:
        if not self._rules.skip_undecodable:
            raise UndecodableEvent(message.topic, message.partition, message.offset, str(error)) from error

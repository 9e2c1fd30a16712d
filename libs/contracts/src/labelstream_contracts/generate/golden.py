"""The golden samples: a whole message of each released type, of some also variants. Once released they never change."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class GoldenMessage:
    """A message as it stands on its topic; `value` is None where a null value ends the key."""

    name: str
    topic: str
    key: str
    headers: Mapping[str, str]
    value: Mapping[str, object] | None

    @property
    def event_type(self) -> str:
        return self.headers["ce_type"]

    def header_list(self) -> list[tuple[str, bytes]]:
        """The headers as a Kafka client gives them."""
        return [(name, value.encode()) for name, value in self.headers.items()]

    def value_bytes(self) -> bytes | None:
        """The value as a Kafka client gives it."""
        return None if self.value is None else json.dumps(self.value, ensure_ascii=False).encode()


def golden_messages(folder: Path) -> Mapping[str, GoldenMessage]:
    """Every sample in `folder` by its file's name: the event type, or the type and a variant."""
    return {path.stem: _message(path) for path in sorted(folder.glob("*.json"))}


def _message(path: Path) -> GoldenMessage:
    document = json.loads(path.read_text(encoding="utf-8"))
    return GoldenMessage(path.stem, document["topic"], document["key"], document["headers"], document["value"])

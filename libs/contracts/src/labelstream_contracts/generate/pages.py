"""Which pages are generated, what each holds, and whether those on disk still agree."""

from collections.abc import Mapping
from pathlib import Path

from labelstream_contracts.generate.asyncapi import asyncapi_page
from labelstream_contracts.generate.golden import golden_messages
from labelstream_contracts.generate.markdown import events_page
from labelstream_contracts.generate.schemas import schema_pages

_SCHEMAS = Path("libs/contracts/schemas")
_GOLDEN = Path("libs/contracts/golden")


def pages(root: Path) -> Mapping[Path, str]:
    """The text of every generated page by its path below `root`; reads the golden samples there."""
    golden = golden_messages(root / _GOLDEN)
    return {
        **{_SCHEMAS / f"{event_type}.json": text for event_type, text in schema_pages().items()},
        Path("docs/events.md"): events_page(golden),
        Path("docs/asyncapi.yaml"): asyncapi_page(golden),
    }


def stale(root: Path, wanted: Mapping[Path, str]) -> list[Path]:
    """Pages that differ from `wanted` or are missing, and schemas of types that are no more."""
    differing = [path for path, text in wanted.items() if _read(root / path) != text]
    return sorted(differing + _superfluous(root, wanted))


def write(root: Path, wanted: Mapping[Path, str]) -> None:
    """Write every page and remove the schemas of types that are no more. May be repeated."""
    for path, text in wanted.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    for path in _superfluous(root, wanted):
        (root / path).unlink()


def _superfluous(root: Path, wanted: Mapping[Path, str]) -> list[Path]:
    present = (path.relative_to(root) for path in (root / _SCHEMAS).glob("*.json"))
    return [path for path in present if path not in wanted]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None

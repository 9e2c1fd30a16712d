"""The files of a folder: those that are uploaded, with their keys, and those that are not, with the reason."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labelstream.cli.output import counted, say
from labelstream.models.reply import Reply

IMAGES = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".webp", ".gif", ".tif", ".tiff")
LABELS = (".txt", ".manifest", ".jsonl", ".ndjson", ".csv", ".parquet", ".json")
ENDING = "The file extension is not that of an image or a file of labels."
EMPTY = "It is empty."
_SHOWN = 10


@dataclass(frozen=True)
class LocalFile:
    """A file that can be uploaded. `path` is relative to the folder; `key` is the object's whole key."""

    place: Path
    path: str
    key: str
    size: int
    modified: int

    @property
    def mark(self) -> str:
        return json.dumps([self.key, self.size, self.modified])

    @property
    def is_image(self) -> bool:
        return self.place.suffix.lower() in IMAGES


class NotSent(Reply, frozen=True, kw_only=True):
    """A file that is not uploaded; `path` is relative to the folder."""

    path: str
    reason: str


@dataclass(frozen=True)
class Folder:
    """The files of a folder in the order of their paths, without hidden ones."""

    files: Sequence[LocalFile]
    not_sent: Sequence[NotSent]


def read_folder(folder: Path, prefix: str) -> Folder:
    """Reads which files a folder has. Hidden files, and files in hidden folders, are ignored."""
    files: list[LocalFile] = []
    not_sent: list[NotSent] = []
    for place in sorted(folder.rglob("*")):
        inside = place.relative_to(folder)
        if any(part.startswith(".") for part in inside.parts) or not place.is_file():
            continue
        path, known = inside.as_posix(), place.stat()
        if place.suffix.lower() not in IMAGES + LABELS:
            not_sent.append(NotSent(path=path, reason=ENDING))
        elif known.st_size == 0:
            not_sent.append(NotSent(path=path, reason=EMPTY))
        else:
            files.append(LocalFile(place, path, prefix + path, known.st_size, known.st_mtime_ns))
    return Folder(files, not_sent)


def say_not_sent(not_sent: Sequence[NotSent]) -> None:
    """How many files are not uploaded and why, and the first of them."""
    if not not_sent:
        return
    say(f"Not uploaded: {counted(len(not_sent), 'file')}")
    if len(not_sent) > _SHOWN:
        for reason, count in Counter(each.reason for each in not_sent).most_common():
            say(f"  {count}: {reason}")
        say(f"The first {_SHOWN} (--json lists all of them):")
    for each in not_sent[:_SHOWN]:
        say(f"  {each.path}: {each.reason}")

"""The data directory: where everything of one local platform lies, and who may read it."""

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labelstream_local.errors import BrokenDataDirectory, DiskFull

NEEDED_BYTES = 500_000_000
_OWN_ENTRIES = (
    "mongodb",
    "kafka",
    "s3",
    "minio",
    "logs",
    "config",
    "run.json",
    "ports.json",
    "secrets.json",
    ".gitignore",
)


@dataclass(frozen=True)
class DataDirectory:
    """Paths below one absolute directory. Nothing is created before `create`."""

    root: Path

    @classmethod
    def at(cls, path: Path) -> "DataDirectory":
        return cls(path.expanduser().resolve())

    @property
    def config(self) -> Path:
        return self.root / "config"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def run_file(self) -> Path:
        return self.root / "run.json"

    @property
    def ports_file(self) -> Path:
        return self.root / "ports.json"

    @property
    def secrets_file(self) -> Path:
        return self.root / "secrets.json"

    def of(self, part: str) -> Path:
        return self.root / part

    def log(self, part: str) -> Path:
        return self.root / "logs" / f"{part}.log"

    def create(self) -> None:
        """Make the directory, for its owner only, and see that there is room. May repeat."""
        try:
            for folder in (self.root, self.config, self.root / "logs"):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self.root / ".gitignore").write_text("*\n")
        except OSError as error:
            if error.errno == 28:
                raise DiskFull(self.root, 0) from error
            raise BrokenDataDirectory(f"The data directory {self.root} cannot be written: {error.strerror}.") from error
        free = shutil.disk_usage(self.root).free
        if free < NEEDED_BYTES:
            raise DiskFull(self.root, free)

    def is_ours(self) -> bool:
        return self.secrets_file.is_file()

    def erase(self) -> None:
        """Delete what Labelstream put there, and the directory itself when nothing else is left in it."""
        for name in _OWN_ENTRIES:
            entry = self.root / name
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink(missing_ok=True)
        self.lock.unlink(missing_ok=True)
        if self.root.is_dir() and not any(self.root.iterdir()):
            self.root.rmdir()


def read_json(path: Path) -> dict[str, Any]:
    """The object in a file, empty when there is no file. Raises BrokenDataDirectory for anything else."""
    try:
        value = json.loads(path.read_text())
    except FileNotFoundError:
        return {}  # a first start
    except (OSError, ValueError) as error:
        raise BrokenDataDirectory(f"{path} cannot be read ({error}); `labelstream reset` starts anew.") from error
    if not isinstance(value, dict):
        raise BrokenDataDirectory(f"{path} does not hold an object; `labelstream reset` starts anew.")
    return value


def write_json(path: Path, value: Mapping[str, Any], *, mode: int = 0o600) -> None:
    """Replace a file in one step, so that a reader or a crash never meets half of it."""
    write_file(path, json.dumps(value, indent=2) + "\n", mode=mode)


def write_file(path: Path, text: str, *, mode: int = 0o600) -> None:
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:  # noqa: PTH123 - opens the descriptor that carries the mode
            file.write(text)
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        if error.errno == 28:
            raise DiskFull(path.parent, 0) from error
        raise

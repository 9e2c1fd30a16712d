"""Writes `labelstream/blocking` from `labelstream/aio`, so that both clients are one implementation.

The asynchronous modules keep to what has a blocking twin (sleep, lock, async iteration, httpx), so exchanging words
is enough, as httpcore and psycopg do it. `--check` writes nothing and fails when the committed files differ.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

_PACKAGE = Path(__file__).parent / "src" / "labelstream"
_SOURCE, _TARGET = _PACKAGE / "aio", _PACKAGE / "blocking"
_HEADER = "# Generated from labelstream/aio by generate_blocking.py; change it there.\n# ruff: noqa\n"

_WORDS: tuple[tuple[str, str], ...] = (
    (r"from asyncio import Lock, sleep\n", "from threading import Lock\nfrom time import sleep\n"),
    (r"from asyncio import Lock\n", "from threading import Lock\n"),
    (r"from asyncio import sleep\n", "from time import sleep\n"),
    (r"labelstream\.aio\b", "labelstream.blocking"),
    (r"  # noqa: ASYNC109[^\n]*", ""),
    (r"\bawait ", ""),
    (r"\basync (def|for|with)\b", r"\1"),
    (r"\bAwaitable\[(\w+)\]", r"\1"),
    (r"from collections.abc import Awaitable, Callable", "from collections.abc import Callable"),
    (r"\basynccontextmanager\b", "contextmanager"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bAsyncBaseTransport\b", "BaseTransport"),
    (r"\bAsync([A-Z]\w+)\b", r"\1"),
    (r"\ba(iter_bytes|iter_lines|read|close)\b", r"\1"),
    (r"__a(enter|exit)__", r"__\1__"),
    (
        r"The asynchronous client\. `labelstream\.blocking` is.*",
        'The blocking client, with the names of `labelstream.aio`."""',
    ),
)


def blocking(source: str) -> str:
    """The blocking twin of an asynchronous module's text."""
    for pattern, replacement in _WORDS:
        source = re.sub(pattern, replacement, source)
    return source


def generate(target: Path) -> None:
    """Write every module's twin into `target`, formatted."""
    target.mkdir(parents=True, exist_ok=True)
    for module in sorted(_SOURCE.glob("*.py")):
        (target / module.name).write_text(blocking(module.read_text()))
    config = Path(__file__).parents[2] / "pyproject.toml"
    for command in (["check", "-q", "--fix", "--select", "I"], ["format", "-q"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, "--config", config, target], check=True)  # noqa: S603
    for module in target.glob("*.py"):
        module.write_text(_HEADER + module.read_text())


def differing() -> list[str]:
    """Names of committed modules that are not what would be generated now."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "src" / "labelstream" / "blocking"
        generate(fresh)
        names = {path.name for path in (*fresh.glob("*.py"), *_TARGET.glob("*.py"))}
        return sorted(name for name in names if _text(fresh / name) != _text(_TARGET / name))


def _text(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        stale = differing()
        if stale:
            sys.exit(f"labelstream/blocking differs from labelstream/aio: {', '.join(stale)}; run `make generate`")
    else:
        generate(_TARGET)

"""Holds the tree to its layout, and reports modules and functions that ask to be two things.

Every service has the same rooms and no others; nothing is named `utils`; every package is typed; the MongoDB client is
named in one module (decision 0015); no file of the console, styles too, is longer than its limit. Python's sizes are
reported and never judged.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SERVICE_ROOMS = {"__init__.py", "__main__.py", "bootstrap.py", "settings.py", "py.typed"} | {
    "domain",
    "application",
    "adapters",
    "entrypoints",
}
SERVICE_ENTRIES = {"README.md", "pyproject.toml", "src"}
TEST_ENTRIES = {"unit", "contract", "integration", "e2e", "faults", "attacks", "support", "conftest.py"}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "misc", "base", "manager"}
CLIENT_MODULE = Path("libs/common/src/labelstream_common/mongo/client.py")
CLIENT_NAMES = ("AsyncMongoClient", "pymongo.asynchronous")
MODULE_LINES = 300
FUNCTION_LINES = 40
CONSOLE_LINES = 250
CONSOLE_FILES = {".ts", ".tsx", ".css"}


def main() -> int:
    files = _tracked()
    faults = [*_services(files), *_tests(files), *_names(files), *_typed(files), *_drivers(files), *_console(files)]
    for fault in faults:
        print(f"layout: {fault}", file=sys.stderr)
    for remark in _sizes(files):
        print(f"size: {remark}")
    return 1 if faults else 0


def _tracked() -> list[Path]:
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for path in map(Path, answer.stdout.splitlines()) if (ROOT / path).is_file()]


def _services(files: list[Path]) -> Iterator[str]:
    folders = {path.parts[1] for path in files if path.parts[0] == "services"}
    for folder in sorted(folders):
        below = [path.relative_to("services", folder) for path in files if path.parts[:2] == ("services", folder)]
        package = folder.replace("-", "_")
        yield from _compare(f"services/{folder}", {path.parts[0] for path in below}, SERVICE_ENTRIES)
        rooms = {path.parts[2] for path in below if path.parts[:2] == ("src", package)}
        rooms = {"bootstrap.py" if room == "bootstrap" else room for room in rooms}  # a large one is a package
        yield from _compare(f"services/{folder}/src/{package}", rooms, SERVICE_ROOMS)


def _compare(where: str, present: set[str], wanted: set[str]) -> Iterator[str]:
    yield from (f"{where}/{name} is not one of the rooms" for name in sorted(present - wanted))
    yield from (f"{where}/{name} is missing" for name in sorted(wanted - present))


def _tests(files: list[Path]) -> Iterator[str]:
    present = {path.parts[1] for path in files if path.parts[0] == "tests"}
    yield from (f"tests/{name} is not a kind of test" for name in sorted(present - TEST_ENTRIES))


def _names(files: list[Path]) -> Iterator[str]:
    for path in (path for path in files if path.suffix == ".py"):
        parts = path.relative_to("libs/common").parts if path.is_relative_to("libs/common") else path.parts
        for part in parts:
            if part.removesuffix(".py") in EMPTY_NAMES:
                yield f"{path}: {part!r} does not say what it is"


def _typed(files: list[Path]) -> Iterator[str]:
    known = set(files)
    for path in files:
        if path.name == "__init__.py" and path.parent.parent.name == "src" and path.with_name("py.typed") not in known:
            yield f"{path.parent}/py.typed is missing"


def _drivers(files: list[Path]) -> Iterator[str]:
    for path in files:
        ours = path.parts[0] == "services" or path.is_relative_to("libs/common")
        if ours and path.suffix == ".py" and path != CLIENT_MODULE:
            text = (ROOT / path).read_text(encoding="utf-8")
            yield from (f"{path} names {name}; {CLIENT_MODULE} does that" for name in CLIENT_NAMES if name in text)


def _console(files: list[Path]) -> Iterator[str]:
    for path in files:
        written = path.is_relative_to("console/src") and not path.name.endswith(".d.ts")
        if written and path.suffix in CONSOLE_FILES:
            lines = (ROOT / path).read_text(encoding="utf-8").count("\n")
            if lines > CONSOLE_LINES:
                yield f"{path}: {lines} lines; the console's files have at most {CONSOLE_LINES}"


def _sizes(files: list[Path]) -> Iterator[str]:
    for path in (path for path in files if path.suffix == ".py"):
        text = (ROOT / path).read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > MODULE_LINES:
            yield f"{path}: {lines} lines"
        for name, length in _functions(text):
            if length > FUNCTION_LINES:
                yield f"{path}: {name}: {length} lines"


def _functions(text: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            yield node.name, node.end_lineno - node.lineno + 1


if __name__ == "__main__":
    sys.exit(main())

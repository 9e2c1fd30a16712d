"""Writes every generated file, or with `--check` says which are not up to date.

The published language (schemas, docs/events.md, docs/asyncapi.yaml), each service's OpenAPI document and the merged
one, and nginx's configuration.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from labelstream_contracts.generate.pages import pages, stale, write

ROOT = Path(__file__).resolve().parents[1]
SERVICES = ("job", "label", "sync", "team")
OPENAPI = Path("docs/openapi")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is not up to date")
    wanted = {**pages(ROOT), **openapi_pages()}
    outdated = stale(ROOT, wanted)
    if parser.parse_args().check:
        for path in outdated:
            print(f"not up to date: {path} (run `make generate`)", file=sys.stderr)
        return 1 if outdated else 0
    write(ROOT, wanted)
    print(f"{len(wanted)} generated files, {len(outdated)} of them new")
    return 0


def openapi_pages() -> Mapping[Path, str]:
    """Each service's document, and all of them as the gateway serves them."""
    documents = {f"{name}-service": _openapi(name) for name in SERVICES}
    return {OPENAPI / f"{name}.json": _text(document) for name, document in documents.items()}


def _openapi(name: str) -> dict[str, Any]:
    # The services are alike in their shape, so the composition roots are found by name.
    settings = import_module(f"{name}_service.settings").Settings()
    document: dict[str, Any] = import_module(f"{name}_service.bootstrap").build(settings).app.openapi()
    return document


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())

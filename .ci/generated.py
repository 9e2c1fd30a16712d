"""Writes every generated file, or with `--check` says which are not up to date.

The published language (schemas, docs/events.md, docs/asyncapi.yaml), each service's OpenAPI document and the merged
one, nginx's configuration, the SDK's blocking client and the types of the console's.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from error_texts import PAGE as ERRORS
from error_texts import page as errors_page

from labelstream_contracts.generate.pages import pages, stale, write
from labelstream_gateway.edge.openapi import merge
from labelstream_gateway.nginx import Site, render

ROOT = Path(__file__).resolve().parents[1]
SERVICES = ("job", "label", "sync", "team")
OPENAPI = Path("docs/openapi")
NGINX = Path("deploy/gateway/nginx.conf")
BLOCKING_CLIENT = ROOT / "libs/client/generate_blocking.py"
CONSOLE_CLIENT = (".ci/node", "npm", "--prefix", "console", "run", "--silent", "generate", "--")
CONSOLE_TOOLS = ROOT / "console/node_modules/.ready"
# Building a service opens nothing, so its settings may lead nowhere.
NOWHERE = {
    "mongodb_url": "mongodb://127.0.0.1",
    "kafka_bootstrap_servers": "127.0.0.1",
    "s3_endpoint": "http://127.0.0.1",
    "s3_access_key": "none",
    "s3_secret_key": "none",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is not up to date")
    check: bool = parser.parse_args().check
    wanted = {**pages(ROOT), **openapi_pages(), NGINX: render(Site()), ERRORS: errors_page(ROOT)}
    outdated = stale(ROOT, wanted)
    client = subprocess.run([sys.executable, BLOCKING_CLIENT, *(["--check"] if check else [])], check=False)
    if check:
        for path in outdated:
            print(f"not up to date: {path} (run `make generate`)", file=sys.stderr)
        return 1 if outdated or client.returncode or not _console_client(check=True) else 0
    write(ROOT, wanted)
    if not _console_client():
        return 1
    print(f"{len(wanted)} generated files, {len(outdated)} of them new")
    return client.returncode


def _console_client(*, check: bool = False) -> bool:
    """Made of the merged OpenAPI document, by the console's own tools: `make generate` brings them."""
    if not CONSOLE_TOOLS.exists():
        print("the console's tools are not installed, so its client was left as it is (run `make generate`)")
        return not check
    command = [*CONSOLE_CLIENT, *(["--check"] if check else [])]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=not check).returncode == 0


def openapi_pages() -> Mapping[Path, str]:
    """Each service's document, and all of them as the gateway serves them."""
    documents = {f"{name}-service": _openapi(name) for name in SERVICES}
    merged = merge(documents, version=version("labelstream-gateway"))
    return {OPENAPI / f"{name}.json": _text(document) for name, document in {**documents, "gateway": merged}.items()}


def _openapi(name: str) -> dict[str, Any]:
    # The services are alike in their shape, so the composition roots are found by name.
    settings = import_module(f"{name}_service.settings").Settings(**NOWHERE)
    document: dict[str, Any] = import_module(f"{name}_service.bootstrap").build(settings).app.openapi()
    return document


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())

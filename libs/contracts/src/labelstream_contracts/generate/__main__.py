"""`python -m labelstream_contracts.generate [--check]`: writes the generated pages, or says which are stale."""

import argparse
import sys
from pathlib import Path

from labelstream_contracts.generate.pages import pages, stale, write

_CHECKOUT = Path(__file__).resolve().parents[5]


def main() -> int:
    parser = argparse.ArgumentParser(prog="labelstream_contracts.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is not up to date")
    parser.add_argument("--root", type=Path, default=_CHECKOUT, help="the checkout to work in")
    arguments = parser.parse_args()
    root: Path = arguments.root
    wanted = pages(root)
    outdated = stale(root, wanted)
    if arguments.check:
        for path in outdated:
            print(f"not up to date: {path} (run `make generate`)", file=sys.stderr)
        return 1 if outdated else 0
    write(root, wanted)
    print(f"{len(wanted)} pages of the published language, {len(outdated)} of them new")
    return 0


sys.exit(main())

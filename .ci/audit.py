"""Asks the vulnerability service about every locked dependency. Findings fail; a service that is not reached does not.

What could not be asked is never passed off as clean: the last line says `audit: skipped` and why.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_COMMAND = (
    "pip-audit",
    "--requirement",
    "requirements.lock",
    "--require-hashes",
    "--disable-pip",
    "--progress-spinner=off",
    "--format=json",
)
# What pip-audit says when nobody answers; anything else that goes wrong is a fault of ours.
_UNREACHABLE = ("Could not connect", "ConnectionError", "Max retries exceeded", "timed out", "ProxyError")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [str(Path(sys.executable).parent / _COMMAND[0]), *_COMMAND[1:], f"--output={report}"]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        dependencies = json.loads(report.read_text())["dependencies"] if report.exists() else None
    code, lines = verdict(dependencies, ended.returncode, ended.stderr)
    print("\n".join(lines))
    return code


def verdict(
    dependencies: Sequence[Mapping[str, Any]] | None, returncode: int, errors: str
) -> tuple[int, Sequence[str]]:
    """The exit code, and what to print, for what pip-audit found (None: it wrote no report)."""
    if dependencies is None:
        reason = errors.strip().rpartition("\n")[2]
        if any(sign in errors for sign in _UNREACHABLE):
            return 0, [f"audit: skipped, nothing was checked: the vulnerability service cannot be reached ({reason})"]
        return returncode or 1, [errors.strip(), "audit: failed, pip-audit wrote no report"]
    findings = [
        f"{each['name']} {each['version']}: {found['id']}, fixed in {', '.join(found['fix_versions']) or 'no version'}"
        for each in dependencies
        for found in each.get("vulns", ())
    ]
    skipped = [each for each in dependencies if "skip_reason" in each]
    if findings:
        return 1, [*findings, f"audit: failed, {len(findings)} known vulnerabilities"]
    if len(skipped) == len(dependencies):
        reason = skipped[0]["skip_reason"] if skipped else "the lock is empty"
        return 0, [f"audit: skipped, nothing was checked: the vulnerability service knows no dependency ({reason})"]
    if skipped:
        return 1, [*(each["skip_reason"] for each in skipped), f"audit: failed, {len(skipped)} were not checked"]
    return 0, [f"audit: no known vulnerabilities in {len(dependencies)} dependencies"]


if __name__ == "__main__":
    sys.exit(main())

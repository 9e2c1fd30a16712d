"""`make audit` fails on findings, and never passes off as clean what it could not ask about."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

_SPEC = spec_from_file_location("audit", Path(__file__).parents[3] / ".ci" / "audit.py")
assert _SPEC is not None
assert _SPEC.loader is not None
audit = module_from_spec(_SPEC)
_SPEC.loader.exec_module(audit)

_CLEAN: dict[str, Any] = {"name": "a", "version": "1", "vulns": []}
_SKIPPED = {"name": "b", "skip_reason": "Dependency not found on PyPI and could not be audited: b (1)"}
_FOUND = {"name": "c", "version": "2", "vulns": [{"id": "CVE-2026-1", "fix_versions": ["2.1"]}]}


def test_dependencies_without_findings_pass() -> None:
    assert audit.verdict([_CLEAN], 0, "") == (0, ["audit: no known vulnerabilities in 1 dependencies"])


def test_a_finding_fails_whatever_else_was_not_checked() -> None:
    code, lines = audit.verdict([_CLEAN, _SKIPPED, _FOUND], 1, "")
    assert (code, lines[0]) == (1, "c 2: CVE-2026-1, fixed in 2.1")
    assert lines[-1] == "audit: failed, 1 known vulnerabilities"


def test_one_dependency_that_was_not_checked_fails() -> None:
    code, lines = audit.verdict([_CLEAN, _SKIPPED], 0, "")
    assert (code, lines[-1]) == (1, "audit: failed, 1 were not checked")


def test_a_service_that_is_not_reached_is_said_to_be_skipped() -> None:
    for dependencies, errors in (([_SKIPPED], ""), (None, "Traceback\nrequests.ConnectionError: Max retries exceeded")):
        code, lines = audit.verdict(dependencies, 1, errors)
        assert code == 0
        assert lines[-1].startswith("audit: skipped, nothing was checked")


def test_a_fault_of_the_tool_itself_fails() -> None:
    assert audit.verdict(None, 2, "usage: pip-audit")[0] == 2
    assert audit.verdict(None, 0, "")[0] == 1

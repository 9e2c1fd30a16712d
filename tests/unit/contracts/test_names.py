"""The one rule for names of people, teams, jobs and datasets, and that all of them follow it."""

from collections.abc import Callable

import pytest

from job_service.domain.errors import InvalidJob
from job_service.domain.job import job_name
from labelstream_common.errors import Invalid
from labelstream_contracts.names import InvalidName, one_line_name
from sync_service.domain.dataset import _name_errors
from team_service.domain.names import InvalidName as InvalidTeamName
from team_service.domain.names import person_name, team_name

INVISIBLE = [
    "a\u202eb",
    "a\u2066b",
    "a\x00b",
    "a\nb",
    "a\x9bb",
    "a\u2028b",
    "\ufeffa b",
    "a\ud800",
    "a\ue000",
    "a\u200d",
    "\u200ca",
]


@pytest.mark.parametrize("text", INVISIBLE)
def test_invisible_characters_are_refused_everywhere(text: str) -> None:
    with pytest.raises(InvalidName, match="invisible"):
        one_line_name(text, 64)
    with pytest.raises(InvalidJob):
        job_name(text)
    for rule in (person_name, team_name):
        with pytest.raises(InvalidTeamName):
            rule(text)
    assert [error.pointer for error in _name_errors(text)] == ["/name"]


@pytest.mark.parametrize("text", ["a b", "Ana\xa0María", "نمی\u200cخواهم", "👩\u200d🔬", "क्\u200dष", "日本 (2)"])
def test_names_of_any_script_are_taken(text: str) -> None:
    assert one_line_name(f"  {text} ", 64) == text
    assert job_name(text) == person_name(text) == team_name(text) == text
    assert _name_errors(text) == []


def test_a_name_is_kept_in_normal_form_c() -> None:
    assert one_line_name("cafe\u0301", 64) == "caf\xe9"


@pytest.mark.parametrize(("rule", "longest"), [(job_name, 128), (person_name, 128), (team_name, 64)])
def test_length_is_counted_in_characters(rule: Callable[[str], str], longest: int) -> None:
    assert rule("é" * longest) == "é" * longest
    for text in ("", "  ", "x" * (longest + 1), "x" * 10_000_000):
        with pytest.raises(Invalid, match=f"1 to {longest} characters"):
            rule(text)

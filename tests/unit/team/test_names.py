"""What people and teams may be called."""

import pytest

from team_service.domain.names import InvalidName, description, person_name, team_name


def test_a_team_has_up_to_64_characters_and_a_description_up_to_256() -> None:
    assert team_name("t" * 64) == "t" * 64
    assert description("d" * 256) == "d" * 256
    with pytest.raises(InvalidName):
        team_name("t" * 65)
    with pytest.raises(InvalidName):
        description("d" * 257)


@pytest.mark.parametrize("text", ["", "   ", "a\nb", "a\x00b", "a\u2028b", "a\ud800b"])
def test_a_name_is_not_empty_and_has_no_control_characters(text: str) -> None:
    with pytest.raises(InvalidName):
        person_name(text)


def test_a_name_is_kept_in_normal_form() -> None:
    assert person_name(" Zoe\u0308 ") == "Zo\u00eb"


def test_a_description_may_have_lines() -> None:
    assert description("one\ntwo") == "one\ntwo"

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


@pytest.mark.parametrize("name", ["\u0430dmin", "P\u0430ul Smith", "Bob\u202egnik", "A\u200bda", "\u039fscar"])
def test_a_name_that_looks_like_another_is_refused(name: str) -> None:
    with pytest.raises(InvalidName):
        person_name(name)


_NAMES = "Иван Петров,Ольга Smith,李小龙,Bruce 李,やまだ太郎,山田タロウ,김철수,O'Brien-Müller,محمد علی,Αλέξης"


@pytest.mark.parametrize("name", _NAMES.split(","))
def test_names_of_all_the_world_are_welcome(name: str) -> None:
    assert person_name(name) == name


def test_a_team_may_mix_alphabets() -> None:
    assert team_name("Команда A1 μm") == "Команда A1 μm"

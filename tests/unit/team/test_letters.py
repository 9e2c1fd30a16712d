"""What e-mails say: the same in both forms and languages, and nothing that somebody's name can change."""

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from team_service.application.letters import (
    Inviting,
    confirmation_letter,
    invitation_letter,
    job_letter,
    moved_letter,
    password_reset_letter,
)
from team_service.domain.emails import Email
from team_service.domain.mail import WAITS, Letter, MailLanguage, next_attempt
from team_service.domain.members import MemberRole

_TO = Email("eve@example.org")
_LINK = "https://labels.example.org/invitations/t0ken?a=1&b=2"
_NOW = datetime(2026, 1, 31, tzinfo=UTC)


def _inviting(name: str = "Eve", inviter: str = "Ada", place: str | None = "Fruit") -> Inviting:
    return Inviting(_TO, name, MemberRole.REVIEWER, inviter, place, _LINK)


def _all(language: MailLanguage, name: str = "Eve") -> list[Letter]:
    return [
        invitation_letter(_inviting(name), language),
        job_letter(_inviting(name), language),
        password_reset_letter(_TO, language, name=name, link=_LINK),
        confirmation_letter(_TO, language, name=name, link=_LINK),
        moved_letter(_TO, language, name=name, link=_LINK),
    ]


class _Shown(HTMLParser):
    """What a reader sees, and where links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.links: list[str | None] = []
        self.tags: set[str] = set()
        self._hidden = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._hidden = tag in {"style", "title"}
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text += data


@pytest.mark.parametrize("language", get_args(MailLanguage))
def test_both_forms_say_the_same_and_lead_to_the_same_place(language: MailLanguage) -> None:
    for letter in _all(language):
        shown = _Shown(letter.html)
        for line in letter.text.splitlines():
            assert line in shown.text
        assert set(shown.links) == {_LINK}, "nothing is loaded from anywhere"
        assert "$" not in letter.text + letter.subject + shown.text


def test_each_language_is_its_own() -> None:
    for english, chinese in zip(_all("en"), _all("zh"), strict=True):
        assert not re.search(r"[\u4e00-\u9fff]", english.text + english.subject + english.html.split("</head>")[1])
        assert re.search(r"[\u4e00-\u9fff]", chinese.subject)
        assert "reviewer" not in chinese.text
        assert 'lang="zh-Hans"' in chinese.html


@given(st.text(min_size=1, max_size=128))
def test_a_name_is_text_and_nothing_else(name: str) -> None:
    plain = {*_Shown(invitation_letter(_inviting(), "en").html).tags}
    for letter in (invitation_letter(_inviting(name, name, name), "en"), *_all("zh", name)):
        assert _Shown(letter.html).tags <= plain
        assert "\n" not in letter.subject
        assert "\r" not in letter.subject


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "$link", "${link}", '"><script>', "a\r\nBcc: x@y.z"])
def test_markup_and_placeholders_in_a_name_stay_what_they_are(name: str) -> None:
    letter = invitation_letter(_inviting(name=name), "en")
    assert " ".join(name.split()) in _Shown(letter.html).text
    assert set(_Shown(letter.html).links) == {_LINK}


def test_a_job_without_a_known_name_is_still_called_something() -> None:
    assert "a labeling job" in job_letter(_inviting(place=None), "en").subject
    assert "标注任务" in job_letter(_inviting(place=None), "zh").subject


def test_a_letter_is_tried_for_about_a_day_and_then_given_up() -> None:
    at, attempts = _NOW, 1
    while (again := next_attempt(attempts, at)) is not None:
        assert again > at
        at, attempts = again, attempts + 1
    assert attempts == len(WAITS) + 1
    assert timedelta(hours=20) < at - _NOW < timedelta(hours=28)

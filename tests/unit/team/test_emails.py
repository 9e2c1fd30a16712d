"""Addresses have one form, whoever types them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from team_service.domain.emails import InvalidEmail, normalised


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Ada@Example.org", "ada@example.org"),
        ("  ada@example.org ", "ada@example.org"),
        ("ada@localhost", "ada@localhost"),
        ("ada@team.local", "ada@team.local"),
        ("ADA+label@Bücher.example", "ada+label@bücher.example"),
    ],
)
def test_an_address_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert normalised(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "a b@example.org",
        "ada@exa mple.org",
        "ada@example.org\nBcc: x@y.z",
        "a" * 300,
    ],
)
def test_what_is_no_address_is_refused_and_named(typed: str) -> None:
    with pytest.raises(InvalidEmail) as refused:
        normalised(typed)
    assert refused.value.errors[0].pointer == "/email"


@given(st.from_regex(r"[A-Za-z0-9]{1,20}@[A-Za-z0-9]{1,20}\.org", fullmatch=True))
def test_the_stored_form_stays_as_it_is(typed: str) -> None:
    assert normalised(normalised(typed)) == normalised(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "\u0430dmin@example.org",  # a Cyrillic letter among Latin ones
        "admin@ex\u0430mple.org",
        "\u0441\u043e\u0441\u043e@example.org",  # nothing but Cyrillic letters that look like Latin ones
        "ada@\u0441\u043e\u0441\u043e.org",
        "\u03bfscar@example.org",  # a Greek omicron
    ],
)
def test_an_address_that_looks_like_another_is_refused(typed: str) -> None:
    with pytest.raises(InvalidEmail, match="alphabets"):
        normalised(typed)


@pytest.mark.parametrize(
    "typed", ["мишка@пример.org", "李小龙@例子.org", "ada@bücher.example", "yamada太郎@example.org"]
)
def test_addresses_in_one_alphabet_are_welcome(typed: str) -> None:
    assert normalised(typed) == typed

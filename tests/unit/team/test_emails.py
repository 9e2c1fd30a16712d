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

"""What somebody becomes whom a provider vouches for, and where the browser may go afterwards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from team_service.domain.accounts import AccountRole
from team_service.domain.providers import InvalidReturn, ProviderNotAllowed, ProviderRules, checked_return
from team_service.settings import OidcProviderSettings

_ROLES = {"root": AccountRole.ADMIN, "leads": AccountRole.MEMBER, "labelers": AccountRole.ANNOTATOR}


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["labelers", "leads"], AccountRole.MEMBER),
        (["root", "labelers"], AccountRole.ADMIN),
        (["labelers"], AccountRole.ANNOTATOR),
    ],
)
def test_the_strongest_group_counts(groups: list[str], role: AccountRole) -> None:
    assert ProviderRules("a", "A", _ROLES, None).role_for(groups) is role


def test_who_is_in_no_named_group_gets_the_default_or_stays_out() -> None:
    assert ProviderRules("a", "A", _ROLES).role_for(["others"]) is AccountRole.ANNOTATOR
    with pytest.raises(ProviderNotAllowed):
        ProviderRules("a", "A", _ROLES, None).role_for(["others"])


@pytest.mark.parametrize(
    "email", ["x@evil.example", "x@acme.example.evil.example", "x@sub.acme.example", "acme.example"]
)
def test_a_domain_is_the_whole_domain(email: str) -> None:
    rules = ProviderRules("a", "A", email_domains=frozenset({"acme.example"}))
    rules.check_domain("x@ACME.example")
    with pytest.raises(ProviderNotAllowed):
        rules.check_domain(f"{email}.x" if "@" not in email else email)


@given(st.text(max_size=40))
def test_a_return_never_leaves_this_installation(text: str) -> None:
    try:
        path = checked_return(text)
    except InvalidReturn:
        return  # refused, which is as good
    assert path[0] == "/"
    assert path[1:2] not in {"/", "\\"}
    assert path.isprintable() or all(ord(each) > 0x7F for each in path if not each.isprintable())


@pytest.mark.parametrize(
    "issuer", ["http://login.acme.example", "ftp://x", "login.acme.example", "http://localhost.evil"]
)
def test_an_issuer_is_reached_by_https(issuer: str) -> None:
    with pytest.raises(ValidationError):
        OidcProviderSettings(id="a", name="A", issuer=issuer, client_id="c")
    OidcProviderSettings(id="a", name="A", issuer="https://login.acme.example", client_id="c")

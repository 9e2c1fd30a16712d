"""Which tokens hold, where keys come from, and the console's cookie."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest
from joserfc.jwk import OKPKey
from joserfc.util import urlsafe_b64encode
from tests.unit.common.conftest import ADMIN, OWNER

from labelstream_common.auth import (
    AccountRole,
    Authenticator,
    Caller,
    CsrfFailed,
    KeyLimits,
    KeyScope,
    KeysUnavailable,
    PublicKeys,
    TokenInvalid,
    TokenMissing,
    TokenVerifier,
    claims_of,
)
from labelstream_common.auth.authenticator import session_token
from labelstream_common.auth.keys import parse_keys
from labelstream_common.auth.signing import _ED25519

Token = Callable[..., str]


@pytest.fixture
def verifier(keys: PublicKeys) -> TokenVerifier:
    return TokenVerifier(keys, issuer="test")


async def test_a_token_of_this_installation_holds(verifier: TokenVerifier, token: Token) -> None:
    claims = await verifier.verify(token(OWNER))
    assert claims.caller() == OWNER


async def test_a_token_of_another_key_is_refused(verifier: TokenVerifier, token: Token) -> None:
    other = OKPKey.generate_key("Ed25519")
    with pytest.raises(TokenInvalid, match="key"):
        await verifier.verify(token(OWNER, key=other))
    with pytest.raises(TokenInvalid, match="key"):
        await verifier.verify(token(OWNER, key_id="unknown"))


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": -1},
        {"aud": "somebody-else"},
        {"aud": ["somebody-else"]},
        {"nbf": 3600},
        {"iat": 3600},
        {"sub": ""},
        {"iss": "https://elsewhere.example.org"},
        {"iss": ""},
        {"role": "root"},
        {"exp": "never"},
    ],
)
async def test_claims_that_do_not_hold_are_refused(
    verifier: TokenVerifier, token: Token, changes: dict[str, Any]
) -> None:
    """Numbers are seconds from now: the values are made long before the last test runs."""
    now = int(time.time())
    claims = {name: now + value if isinstance(value, int) else value for name, value in changes.items()}
    with pytest.raises(TokenInvalid):
        await verifier.verify(token(OWNER, **claims))


def _forged(header: dict[str, Any], token: str, signature: str | None = None) -> str:
    _, content, own = token.split(".")
    return f"{urlsafe_b64encode(orjson.dumps(header)).decode()}.{content}.{own if signature is None else signature}"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "none", "kid": "key-1"},
        {"alg": "HS256", "kid": "key-1"},
        {"alg": "EdDSA"},
        {"alg": "EdDSA", "kid": 5},
        {"alg": "EdDSA", "kid": "key-1", "crit": ["exp"], "exp": 1},
        {"alg": "EdDSA", "kid": "key-1", "b64": False},
        {"kid": "key-1"},
        ["EdDSA"],
    ],
)
async def test_forged_headers_are_refused(verifier: TokenVerifier, token: Token, header: Any) -> None:
    for signature in (None, ""):
        with pytest.raises(TokenInvalid):
            await verifier.verify(_forged(header, token(OWNER), signature))


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b", "a.b.c", "é.é.é", "x" * 10_000, "eyJ.eyJ.eyJ", "\x00.\x00.\x00"]
)
async def test_what_is_no_token_is_refused(verifier: TokenVerifier, text: str) -> None:
    with pytest.raises(TokenInvalid):
        await verifier.verify(text)


async def test_changed_content_is_refused(verifier: TokenVerifier, token: Token) -> None:
    mine, admins = token(OWNER).split("."), token(ADMIN).split(".")
    with pytest.raises(TokenInvalid):
        await verifier.verify(".".join((mine[0], admins[1], mine[2])))


@pytest.mark.parametrize("kind", [None, "JWT", "device+jwt", 5, "at+jwt+more"])
async def test_what_is_signed_but_no_access_token_is_refused(
    verifier: TokenVerifier, signing_key: OKPKey, kind: object
) -> None:
    header: dict[str, Any] = {"alg": "EdDSA", "kid": "key-1", "typ": kind}
    with pytest.raises(TokenInvalid, match="not an access token"):
        await verifier.verify(_signed_with(header, signing_key))


@pytest.mark.parametrize("kind", ["at+jwt", "AT+JWT", "application/at+jwt"])
async def test_the_type_of_an_access_token_is_read_as_rfc_9068_writes_it(
    verifier: TokenVerifier, signing_key: OKPKey, kind: str
) -> None:
    assert await verifier.verify(_signed_with({"alg": "EdDSA", "kid": "key-1", "typ": kind}, signing_key))


async def test_a_keys_token_carries_the_key_and_what_it_is_limited_to(verifier: TokenVerifier, token: Token) -> None:
    limits = KeyLimits(frozenset({KeyScope.LABEL}), frozenset({"j1", "j2"}), of_admin=True)
    caller = Caller("a", AccountRole.ADMIN, "a@example.org", 7, "key-id", limits)
    found = (await verifier.verify(token(caller))).caller()
    assert found == replace(caller, role=AccountRole.ANNOTATOR)  # no account rights beside certain jobs
    assert (found.reaches("j1"), found.reaches("j3")) == (True, False)
    assert (found.allows(KeyScope.READ), found.allows(KeyScope.MANAGE)) == (True, False)


async def test_a_keys_token_without_limits_is_its_account(verifier: TokenVerifier, token: Token) -> None:
    caller = Caller("a", AccountRole.ADMIN, "a@example.org", 0, "key-id", KeyLimits(of_admin=True))
    assert (await verifier.verify(token(caller))).caller() == caller


async def test_a_remembered_token_still_expires(keys: PublicKeys, token: Token) -> None:
    now = time.time()
    verifier = TokenVerifier(keys, issuer="test", now=lambda: now)
    text = token(OWNER, exp=int(now) + 60)
    await verifier.verify(text)
    now += 59
    await verifier.verify(text)
    now += 2
    with pytest.raises(TokenInvalid, match="expired"):
        await verifier.verify(text)


async def test_remembered_tokens_are_bounded(keys: PublicKeys, token: Token) -> None:
    verifier = TokenVerifier(keys, issuer="test", remember=3)
    for number in range(10):
        await verifier.verify(token(Caller(str(number), AccountRole.MEMBER)))
    assert len(verifier._verified) == 3


class Published:
    """A JWKS document that changes, and counts how often it is asked for."""

    def __init__(self, *keys: tuple[str, OKPKey]) -> None:
        self.keys = dict(keys)
        self.asked = 0
        self.away = False

    async def __call__(self) -> bytes:
        self.asked += 1
        if self.away:
            raise OSError("away")
        return orjson.dumps({"keys": [{**key.as_dict(private=False), "kid": kid} for kid, key in self.keys.items()]})


async def test_a_rotated_key_is_fetched_when_a_token_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("Ed25519")
    published = Published(("old", old))
    keys = PublicKeys("http://unused", published)
    assert await keys.find("old") is not None
    published.keys["new"] = new
    assert await keys.find("new") is None  # asked a moment ago: no flood of made-up ids becomes a flood of fetches
    assert published.asked == 1
    monkeypatch.setattr(keys, "_tried_at", keys._tried_at - 10)
    assert await keys.find("new") is not None
    assert published.asked == 2


async def test_a_key_that_was_taken_back_ends_its_tokens(signing_key: OKPKey, token: Token) -> None:
    published = Published(("key-1", signing_key))
    keys = PublicKeys("http://unused", published)
    verifier = TokenVerifier(keys, issuer="test")
    text = token(OWNER)
    await verifier.verify(text)
    published.keys = {"other": OKPKey.generate_key("Ed25519")}
    await keys._refresh()
    with pytest.raises(TokenInvalid):
        await verifier.verify(text)


async def test_keys_that_cannot_be_fetched_again_are_kept(signing_key: OKPKey, token: Token) -> None:
    published = Published(("key-1", signing_key))
    keys = PublicKeys("http://unused", published)
    await keys.find("key-1")
    published.away = True
    await keys._refresh()
    assert await keys.find("key-1") is not None


async def test_without_any_key_nothing_is_said_of_a_token(token: Token) -> None:
    published = Published()
    published.away = True
    keys = PublicKeys("http://unused", published)
    with pytest.raises(KeysUnavailable):
        await TokenVerifier(keys, issuer="test").verify(token(OWNER))
    assert not await keys.ready()


def test_other_keys_in_the_document_are_ignored(signing_key: OKPKey) -> None:
    good = {**signing_key.as_dict(private=False), "kid": "good"}
    odd: list[Any] = [
        {"kty": "RSA", "kid": "rsa"},
        {**good, "kid": "enc", "use": "enc"},
        {**good, "kid": None},
        {**good, "kid": "broken", "x": "???"},
        "text",
    ]
    assert set(parse_keys(orjson.dumps({"keys": [*odd, good]}))) == {"good"}
    for document in (b"[]", b"nonsense", b"{}"):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
            parse_keys(document)


@pytest.fixture
def authenticator(verifier: TokenVerifier) -> Authenticator:
    return Authenticator(verifier)


async def test_a_session_cookie_reads_without_and_writes_with_its_csrf_token(
    authenticator: Authenticator, token: Token
) -> None:
    cookie = {"cookie": f"other=1; labelstream_session={token(OWNER, csrf='abc')}"}
    assert await authenticator.authenticate("GET", cookie) == OWNER
    assert await authenticator.authenticate("POST", {**cookie, "x-csrf-token": "abc"}) == OWNER
    for wrong in ({}, {"x-csrf-token": ""}, {"x-csrf-token": "abd"}, {"x-csrf-token": "é"}):
        with pytest.raises(CsrfFailed):
            await authenticator.authenticate("DELETE", {**cookie, **wrong})


async def test_a_bearer_token_in_the_cookie_or_a_cookies_token_as_bearer_is_refused(
    authenticator: Authenticator, token: Token
) -> None:
    with pytest.raises(TokenInvalid):
        await authenticator.authenticate("GET", {"cookie": f"labelstream_session={token(OWNER)}"})
    with pytest.raises(TokenInvalid):
        await authenticator.authenticate("GET", {"authorization": f"Bearer {token(OWNER, csrf='abc')}"})


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "Token x", "bearer"])
async def test_other_authorization_headers_are_refused(authenticator: Authenticator, header: str) -> None:
    with pytest.raises(TokenInvalid):
        await authenticator.authenticate("GET", {"authorization": header})


async def test_no_credentials_at_all(authenticator: Authenticator) -> None:
    for cookie in ("", "a=b", "labelstream_session=", 'labelstream_session="; bad'):
        with pytest.raises(TokenMissing):
            await authenticator.authenticate("GET", {"cookie": cookie})
    assert session_token("labelstream_session=x; a=b") == "x"


def _signed_with(header: dict[str, Any], key: OKPKey) -> str:
    """A token whose signature holds, whatever its header says."""
    claims = claims_of(OWNER, issuer="test", issued_at=int(time.time()))
    signing_input = urlsafe_b64encode(orjson.dumps(header)) + b"." + urlsafe_b64encode(orjson.dumps(claims))
    return f"{signing_input.decode()}.{urlsafe_b64encode(_ED25519.sign(signing_input, key)).decode()}"


async def test_the_name_ed25519_is_read_too(verifier: TokenVerifier, signing_key: OKPKey) -> None:
    text = _signed_with({"alg": "Ed25519", "kid": "key-1", "typ": "at+jwt"}, signing_key)
    assert (await verifier.verify(text)).caller() == OWNER


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "kid": "key-1"},
        {"alg": "HS256", "kid": "key-1"},
        {"alg": ["EdDSA"], "kid": "key-1"},
        {"alg": "EdDSA", "kid": "key-1", "crit": ["exp"], "exp": 1},
        {"alg": "EdDSA", "kid": ["key-1"]},
    ],
)
async def test_a_header_that_is_not_ours_is_refused_though_its_signature_holds(
    verifier: TokenVerifier, signing_key: OKPKey, header: dict[str, Any]
) -> None:
    with pytest.raises(TokenInvalid):
        await verifier.verify(_signed_with(header, signing_key))

"""API keys, one-time links and limits on guessing."""

from datetime import UTC, datetime, timedelta

import pytest

from team_service.adapters.common_passwords import common_passwords
from team_service.domain.accounts import AccountId
from team_service.domain.api_keys import ApiKey, ApiKeyId, InvalidClient, key_id_of, worded
from team_service.domain.attempts import Attempts, TooManyAttempts, check_attempts, sign_in_limits
from team_service.domain.links import LinkExpired, LinkUsed, check_link
from team_service.domain.passwords import WeakPassword, check_password
from team_service.domain.secrets import digest

_NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
_SECRET = worded(ApiKeyId("k1"), "random")


def _key(expires_at: datetime | None = None) -> ApiKey:
    return ApiKey(ApiKeyId("k1"), AccountId("a1"), "robot", digest(_SECRET), _NOW, expires_at)


def test_a_secret_names_its_key_and_is_stored_as_a_digest() -> None:
    assert key_id_of(_SECRET) == "k1"
    assert "random" not in repr(_key())
    assert _key().fits(_SECRET, _NOW)


@pytest.mark.parametrize("secret", ["", "random", "lsk.k1", "other.k1.random", "lsk.k1.random.more"])
def test_what_is_no_secret_names_no_key(secret: str) -> None:
    with pytest.raises(InvalidClient):
        key_id_of(secret)


def test_a_wrong_secret_and_an_ended_key_are_refused() -> None:
    assert not _key().fits(worded(ApiKeyId("k1"), "guess"), _NOW)
    assert not _key(expires_at=_NOW).fits(_SECRET, _NOW)


def test_a_link_works_once_and_for_its_time() -> None:
    check_link(_NOW + timedelta(hours=1), None, _NOW)
    with pytest.raises(LinkUsed):
        check_link(_NOW + timedelta(hours=1), _NOW, _NOW)
    with pytest.raises(LinkExpired):
        check_link(_NOW, None, _NOW)


def test_the_tenth_attempt_is_the_last_for_a_while() -> None:
    limit = sign_in_limits("ada@example.org", "192.0.2.1")[0]
    check_attempts(limit, Attempts(10, _NOW + timedelta(minutes=5)), _NOW)
    with pytest.raises(TooManyAttempts) as refused:
        check_attempts(limit, Attempts(11, _NOW + timedelta(minutes=5)), _NOW)
    assert refused.value.retry_after == 300


def test_a_known_device_shares_no_limit_with_anybody_else() -> None:
    strangers = {limit.key for limit in sign_in_limits("ada@example.org", "192.0.2.1")}
    known = {limit.key for limit in sign_in_limits("ada@example.org", "192.0.2.1", "device-1")}
    other = {limit.key for limit in sign_in_limits("ada@example.org", "192.0.2.1", "device-2")}
    assert known
    assert not known & strangers
    assert not known & other


def test_all_addresses_of_one_ipv6_customer_share_a_limit() -> None:
    first = sign_in_limits("ada@example.org", "2001:db8:1:2::1")
    assert first == sign_in_limits("ada@example.org", "2001:db8:1:2:ffff::9")
    assert first != sign_in_limits("ada@example.org", "2001:db8:1:3::1")


def test_what_was_typed_is_not_kept_in_the_clear() -> None:
    assert all("ada" not in limit.key for limit in sign_in_limits("ada@example.org", "192.0.2.1"))


@pytest.mark.parametrize(
    "password",
    [
        "",
        "123456789",
        "x" * 1025,
        "Ada.Lovelace@Example.org",
        "ada.lovelace",
        "1234567890",
        "Qwertyuiop",
        " password123 ",
    ],
)
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, email="ada.lovelace@example.org", common=common_passwords())


@pytest.mark.parametrize(
    "password", ["correct horse battery staple", "x" * 1024, "zwölf Boxkämpfer", "好好学习天天向上加油"]
)
def test_long_passwords_of_any_script_are_welcome(password: str) -> None:
    check_password(password, email="ada@example.org", common=common_passwords())


def test_ten_thousand_passwords_are_too_common() -> None:
    assert 9_900 < len(common_passwords()) <= 10_000  # some differ in case only

"""Keys rotate without a moment in which a good token is refused."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from team_service.domain.signing_keys import (
    PUBLISH_AHEAD,
    ROTATE_EVERY,
    TOKEN_LIVES,
    SigningKey,
    next_signs_from,
    published,
    rotation_due,
    signer,
)

_START = datetime(2026, 1, 1, tzinfo=UTC)
_MOST_DAYS = 200


def _key(sequence: int, created_at: datetime, signs_from: datetime) -> SigningKey:
    return SigningKey(f"k{sequence}", sequence, signs_from, created_at, {}, {"d": "private-part"})


def _rotated_until(end: datetime) -> list[SigningKey]:
    """The keys after looking once an hour, as every replica does once a minute."""
    keys: list[SigningKey] = []
    now = _START
    while now <= end:
        if rotation_due(keys, now):
            keys.append(_key(len(keys) + 1, now, next_signs_from(keys, now)))
        now += timedelta(hours=1)
    return keys


def test_the_first_key_signs_at_once_and_the_next_is_published_before_it_signs() -> None:
    first = _rotated_until(_START)
    assert signer(first, _START) == first[0]
    turn = _START + ROTATE_EVERY
    both = _rotated_until(turn)
    assert len(both) == 2
    assert published(both, turn) == [both[1], both[0]]
    assert signer(both, turn) == both[0]
    assert signer(both, turn + PUBLISH_AHEAD) == both[1]


@given(st.timedeltas(timedelta(0), timedelta(days=_MOST_DAYS)), st.timedeltas(timedelta(0), TOKEN_LIVES))
def test_a_token_can_be_verified_as_long_as_it_lives(issued_after: timedelta, age: timedelta) -> None:
    issued = _START + issued_after
    signed_with = signer(_rotated_until(issued), issued)
    assert signed_with in published(_rotated_until(issued + age), issued + age)


def test_an_old_key_is_published_no_longer_when_its_last_token_has_ended() -> None:
    keys = _rotated_until(_START + ROTATE_EVERY)
    later = keys[1].signs_from + TOKEN_LIVES + timedelta(minutes=5)
    assert published(keys, later) == [keys[1]]


def test_nothing_signs_without_a_key() -> None:
    assert signer([], _START) is None
    assert published([], _START) == []
    assert rotation_due([], _START)


def test_a_private_key_is_never_shown() -> None:
    assert "private-part" not in repr(_key(1, _START, _START))

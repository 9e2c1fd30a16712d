"""Ids, times and whole numbers at and beyond the ends of what they are kept in."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from labelstream_common.http import Time, whole_number
from labelstream_common.ids import age_seconds, made_at

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["ffffffff-ffff-7fff-bfff-ffffffffffff", "f0000000-0000-7000-8000-000000000000", "", "\0", "9" * 5_000],
)
def test_an_id_of_no_possible_time_has_no_age(text: str) -> None:
    assert made_at(text) is None
    assert age_seconds(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("00012", 12),
        ("9007199254740991", 2**53 - 1),
        ("9007199254740992", 2**53),
        ("9" * 5_000, 2**53),
        ("0" * 5_000 + "1", 1),
        ("-1", None),
        ("+1", None),
        ("1.0", None),
        (" 1", None),
        ("\N{SUPERSCRIPT TWO}", None),
        ("\N{ARABIC-INDIC DIGIT ONE}", None),
        ("", None),
        (None, None),
    ],
)
def test_whole_numbers_are_plain_digits_however_many(text: str | None, number: int | None) -> None:
    assert whole_number(text) == number


TIME: TypeAdapter[datetime] = TypeAdapter(Time)


def test_a_time_with_an_offset_arrives_in_utc() -> None:
    assert TIME.validate_python("2026-01-31T12:00:00+02:00") == datetime(2026, 1, 31, 10, tzinfo=UTC)
    assert TIME.validate_python("2026-01-31T12:00:00+02:00").tzinfo is UTC
    assert TIME.validate_json('"9999-12-31T23:59:59Z"').year == 9999


@pytest.mark.parametrize(
    "text",
    [
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        "2026-01-31",
        "2026-01-31T12:00:00",
        "2026-02-30T12:00:00Z",
        "2026-01-31T12:00:00+99:99",
        "1769860800",
        "9" * 5_000,
        "",
    ],
)
def test_a_time_outside_the_calendar_is_invalid(text: str) -> None:
    with pytest.raises(ValidationError):
        TIME.validate_python(text)

"""Tickets for the bytes of one sample: good for just that, for one account, for a while."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelstream_common.auth.content_tickets import ContentTickets, Seen

NOON = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
TICKETS = ContentTickets("a key of the tests")
SEEN = Seen("ada", "pets", "cat", "e1")
texts = st.text(st.characters(codec="utf-8"), max_size=6)
seen = st.builds(Seen, texts, texts, texts, texts)


def test_a_ticket_holds_for_twelve_hours_and_ends_within_a_day() -> None:
    for minutes in range(0, 24 * 60, 7):
        given_at = NOON + timedelta(minutes=minutes)
        ticket = TICKETS.ticket(SEEN, given_at)
        assert TICKETS.holds(ticket, SEEN, given_at + timedelta(hours=11, minutes=59))
        assert not TICKETS.holds(ticket, SEEN, given_at + timedelta(hours=24, minutes=1))


def test_a_url_stays_the_same_for_hours_so_that_browsers_keep_what_they_have() -> None:
    made = {TICKETS.ticket(SEEN, NOON + timedelta(hours=hours)) for hours in range(24)}
    assert len(made) <= 3


@given(seen, seen)
def test_a_ticket_opens_nothing_else(one: Seen, other: Seen) -> None:
    assert TICKETS.holds(TICKETS.ticket(one, NOON), other, NOON) == (one == other)


def test_another_key_and_a_later_end_are_refused() -> None:
    ticket = TICKETS.ticket(SEEN, NOON)
    assert not ContentTickets("another key of them").holds(ticket, SEEN, NOON)
    ends, _, mac = ticket.partition(".")
    assert not TICKETS.holds(f"{int(ends) + 12}.{mac}", SEEN, NOON)


@pytest.mark.parametrize("ticket", ["", ".", "x", "1", "1.", ".x", "٣.x", "-1.x", "9" * 65, "999999999.", "9.é"])
def test_what_is_no_ticket_is_refused(ticket: str) -> None:
    assert not TICKETS.holds(ticket, SEEN, NOON)

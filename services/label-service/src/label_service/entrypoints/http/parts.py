"""What the routes are given at run time, and how a raw body is read."""

from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request

from label_service.application.accepting import AcceptancePorts
from label_service.application.change_feed import ChangeFeed
from label_service.application.history import Past
from label_service.application.known_answers import AnsweredItems
from label_service.application.lanes import Lanes
from label_service.application.left_out import LeftOutLabels
from label_service.application.pulse import Pulse
from label_service.application.quality import Assessing
from label_service.application.queue import TakingTurns
from label_service.application.reading import Items
from labelstream_common.access import Access
from labelstream_common.auth.content_tickets import ContentTickets
from labelstream_common.clock import Clock
from labelstream_common.messaging import UnitOfWorkFactory
from labelstream_common.mongo import InvalidCursor, decode_cursor
from labelstream_common.operations import Operations

LARGEST_SEQ = 2**53 - 1


@dataclass(frozen=True)
class Parts:
    lanes: Lanes
    items: Items
    changes: ChangeFeed
    past: Past
    answered: AnsweredItems
    left_out: LeftOutLabels
    assessing: Assessing
    pulse: Pulse
    access: Access
    accepting: AcceptancePorts
    operations: Operations
    unit_of_work: UnitOfWorkFactory
    clock: Clock
    public_url: str
    taking: TakingTurns
    tickets: ContentTickets | None = None


def parts_of(request: Request) -> Parts:
    parts = request.app.state.parts
    assert isinstance(parts, Parts)  # noqa: S101 - bootstrap put it there
    return parts


def is_id(text: str) -> bool:
    """Whether this is the canonical text of an id."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def id_in(cursor: str | None, order: str) -> str | None:
    """The id that a list in this order goes on after. Raises InvalidCursor."""
    if cursor is None:
        return None
    (last,) = decode_cursor(cursor, order, 1)
    if not isinstance(last, str) or not is_id(last):
        raise InvalidCursor
    return last

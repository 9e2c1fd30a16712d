"""What the gateway answers about acceptances, as immutable typed values."""

from datetime import datetime
from typing import Literal

from labelstream.models.items import Decision, Grade, Item
from labelstream.models.reply import Reply

FinishOutcome = Literal["accept_all", "reject_all", "accept_rest", "reject_rest"]


class AcceptanceCounts(Reply, frozen=True, kw_only=True):
    """In images: what was `labeled`, how many of that are in the `sample`, and how those were judged."""

    labeled: int = 0
    sample: int = 0
    accepted: int = 0
    rejected: int = 0
    unjudged: int = 0


class AcceptanceResult(Reply, frozen=True, kw_only=True):
    """What the end has come to. `change_id` can be undone."""

    change_id: str = ""
    accepted: int = 0
    rejected: int = 0
    conflict_count: int = 0


class Acceptance(Reply, frozen=True, kw_only=True):
    """A random sample of what was labeled at `seq`. `result` is None until it is first to be finished."""

    id: str
    state: Literal["open", "finished"]
    seed: int
    seq: int
    sample_ratio: float | None = None
    sample_count: int | None = None
    counts: AcceptanceCounts = AcceptanceCounts()
    outcome: FinishOutcome | None = None
    overwrite: bool | None = None
    operation_id: str | None = None
    result: AcceptanceResult | None = None
    created_by: str = ""
    created_at: datetime | None = None
    finished_at: datetime | None = None


class Judgement(Reply, frozen=True, kw_only=True):
    """What was judged of an image of the sample, and by whom."""

    decision: Decision
    grade: Grade | None = None
    reason: str | None = None
    by: str | None = None
    at: datetime | None = None


class SampledItem(Item, frozen=True, kw_only=True):
    """An item of the sample as it was at the acceptance's `seq`. `conflict`: it has changed since, or is gone."""

    judgement: Judgement | None = None
    conflict: bool = False


class Judged(Reply, frozen=True, kw_only=True):
    """What judging did. `missing` are not in the sample."""

    changed: int = 0
    unchanged: int = 0
    missing: tuple[str, ...] = ()
    counts: AcceptanceCounts = AcceptanceCounts()

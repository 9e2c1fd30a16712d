"""Acceptances and their samples as clients see them."""

from typing import Any, Literal

from label_service.application.accepting import JudgingOutcome, SampledItem
from label_service.domain.acceptances import Acceptance, Judged
from label_service.entrypoints.http.documented import ItemView
from label_service.entrypoints.http.views import ItemViews
from labelstream_common.clock import rfc3339
from labelstream_common.http import Moment, PageView, View


class AcceptanceCounts(View):
    """`labeled` at the acceptance's `seq`; `sample` of them to be judged, of which some were `accepted`, `rejected`."""

    labeled: int
    sample: int
    accepted: int
    rejected: int
    unjudged: int


class AcceptanceResult(View):
    """What the end has come to. `change_id` undoes it."""

    change_id: str
    accepted: int
    rejected: int
    conflict_count: int


class AcceptanceView(View):
    """An acceptance. `operation_id`, `outcome`, `overwrite` and `result` are null until it is first to be finished."""

    id: str
    state: Literal["open", "finished"]
    seed: int
    seq: int
    sample_ratio: float | None
    sample_count: int | None
    counts: AcceptanceCounts
    outcome: Literal["accept_all", "reject_all", "accept_rest", "reject_rest"] | None
    overwrite: bool | None
    operation_id: str | None
    result: AcceptanceResult | None
    created_by: str
    created_at: Moment
    finished_at: Moment | None


class JudgementView(View):
    """What was judged of an item of the sample."""

    decision: Literal["accept", "reject"]
    grade: Literal["A", "B", "C", "D"] | None
    reason: str | None
    by: str
    at: Moment


class SampledItemView(ItemView):
    """An item of the sample as it was at the acceptance's `seq`. `conflict`: it has changed since, or is gone."""

    judgement: JudgementView | None
    conflict: bool


class JudgingView(View):
    """What judging did. `missing` are not in the sample; `counts` are those of the whole acceptance."""

    changed: int
    unchanged: int
    missing: list[str]
    counts: AcceptanceCounts


AcceptancesPage = PageView[AcceptanceView]
SampledItemsPage = PageView[SampledItemView]


def acceptance_view(acceptance: Acceptance) -> dict[str, Any]:
    ending = acceptance.ending
    finished_at = acceptance.finished_at
    return {
        "id": acceptance.id,
        "state": acceptance.state,
        "seed": acceptance.seed,
        "seq": acceptance.seq,
        "sample_ratio": acceptance.wanted.ratio,
        "sample_count": acceptance.wanted.count,
        "counts": _counts(acceptance),
        "outcome": ending.outcome if ending else None,
        "overwrite": ending.overwrite if ending else None,
        "operation_id": ending.operation_id if ending else None,
        "result": _result(acceptance),
        "created_by": acceptance.by,
        "created_at": rfc3339(acceptance.at),
        "finished_at": rfc3339(finished_at) if finished_at else None,
    }


def _counts(acceptance: Acceptance) -> dict[str, int]:
    return {
        "labeled": acceptance.labeled,
        "sample": acceptance.size,
        "accepted": acceptance.accepted,
        "rejected": acceptance.rejected,
        "unjudged": acceptance.size - acceptance.accepted - acceptance.rejected,
    }


def _result(acceptance: Acceptance) -> dict[str, Any] | None:
    ending = acceptance.ending
    if ending is None:
        return None
    return {
        "change_id": ending.change_id,
        "accepted": ending.tally.accepted,
        "rejected": ending.tally.rejected,
        "conflict_count": ending.tally.conflicts,
    }


def judging_view(outcome: JudgingOutcome) -> dict[str, Any]:
    return {
        "changed": outcome.changed,
        "unchanged": outcome.unchanged,
        "missing": list(outcome.missing),
        "counts": _counts(outcome.acceptance),
    }


def sampled_view(one: SampledItem, views: ItemViews) -> dict[str, Any]:
    judgement = _judgement(one.judged) if one.judged else None
    return {**views.past(one.row), "judgement": judgement, "conflict": one.changed}


def _judgement(judged: Judged) -> dict[str, Any]:
    return {
        "decision": judged.judgement.decision,
        "grade": judged.judgement.grade,
        "reason": judged.judgement.reason,
        "by": judged.by,
        "at": rfc3339(judged.at),
    }

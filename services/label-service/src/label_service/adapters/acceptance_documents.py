"""How acceptances and judgements stand in their documents."""

from collections.abc import Mapping
from typing import Any

from label_service.domain.acceptances import Acceptance, Ending, Judged, SampleSize, Tally
from label_service.domain.reviewing import Judgement


def document_of(acceptance: Acceptance) -> dict[str, Any]:
    """A new acceptance, which is open."""
    return {
        "_id": acceptance.id,
        "job_id": acceptance.job_id,
        "state": acceptance.state,
        "open": True,
        "seed": acceptance.seed,
        "seq": acceptance.seq,
        "ratio": acceptance.wanted.ratio,
        "count": acceptance.wanted.count,
        "labeled": acceptance.labeled,
        "size": acceptance.size,
        "by": acceptance.by,
        "at": acceptance.at,
        "accepted": 0,
        "rejected": 0,
        "moves": 0,
    }


def acceptance_of(found: Mapping[str, Any]) -> Acceptance:
    ending = found.get("ending")
    return Acceptance(
        id=found["_id"],
        job_id=found["job_id"],
        state=found["state"],
        seed=found["seed"],
        seq=found["seq"],
        wanted=SampleSize(found["ratio"], found["count"]),
        labeled=found["labeled"],
        size=found["size"],
        by=found["by"],
        at=found["at"],
        accepted=found["accepted"],
        rejected=found["rejected"],
        ending=None if ending is None else _ending_of(ending),
        finished_at=found.get("finished_at"),
        version=found["moves"],
    )


def ending_fields(ending: Ending) -> dict[str, Any]:
    return {
        "outcome": ending.outcome,
        "overwrite": ending.overwrite,
        "operation_id": ending.operation_id,
        "change_id": ending.change_id,
        "after": ending.after,
        "tally": tally_fields(ending.tally),
    }


def _ending_of(found: Mapping[str, Any]) -> Ending:
    tally = found["tally"]
    return Ending(
        found["outcome"],
        found["overwrite"],
        found["operation_id"],
        found["change_id"],
        found["after"],
        Tally(tally["accepted"], tally["rejected"], tally["conflicts"], tally.get("examples", ())),
    )


def tally_fields(tally: Tally) -> dict[str, Any]:
    return {
        "accepted": tally.accepted,
        "rejected": tally.rejected,
        "conflicts": tally.conflicts,
        "examples": list(tally.examples),
    }


def judgement_fields(judged: Judged) -> dict[str, Any]:
    judgement = judged.judgement
    return {
        "decision": judgement.decision,
        "grade": judgement.grade,
        "reason": judgement.reason,
        "by": judged.by,
        "at": judged.at,
    }


def judged_of(found: Mapping[str, Any]) -> Judged:
    return Judged(Judgement(found["decision"], found["grade"], found["reason"]), found["by"], found["at"])

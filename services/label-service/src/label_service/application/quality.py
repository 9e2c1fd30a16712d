"""The quality of a job's labels at one `seq`: its items are read in chunks, the figures worked out beside the loop."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from label_service.application.history import Moment, Past, walk
from label_service.domain.quality import Collected, ConsensusKind, Observed, Person, Quality

_ITEMS_AT_ONCE = 1_000


class Assessing:
    """Works out the figures of one job at a time in this process, so that they take a bounded amount of memory."""

    def __init__(self, past: Past) -> None:
        self._past = past
        self._one_at_a_time = asyncio.Semaphore(1)

    async def quality(self, moment: Moment, consensus: ConsensusKind) -> dict[str, Any]:
        """The figures as clients see them."""
        async with self._one_at_a_time:
            collected = Collected()
            async for rows in walk(self._past, moment, chunk=_ITEMS_AT_ONCE, with_answers=True):
                for row in rows:
                    collected.add(Observed(row.labels, row.review, row.answers, row.known))
                await asyncio.sleep(0)  # others go on between chunks
            found = await asyncio.to_thread(collected.quality, consensus)
        # Labels that were gone by then are called what they were called last.
        names = {**await self._past.label_names(moment.job_id), **moment.names}
        return quality_fields(moment.seq, found, names)


def quality_fields(seq: int, found: Quality, names: Mapping[str, str]) -> dict[str, Any]:
    """The figures as clients see them."""
    return {
        "seq": seq,
        "agreement": {
            "items": found.agreement.items,
            "percent": found.agreement.percent,
            "fleiss_kappa": found.agreement.fleiss_kappa,
            "krippendorff_alpha": found.agreement.krippendorff_alpha,
        },
        "pairs": [pair._asdict() for pair in found.pairs],
        "annotators": [_person_fields(person) for person in found.people],
        "confusions": [
            {"from": _named(one.consensus, names), "to": _named(one.answer, names), "count": one.count}
            for one in found.confusions
        ],
    }


def _person_fields(person: Person) -> dict[str, Any]:
    return {
        "account_id": person.account_id,
        "labeled": person.labeled,
        "seconds_median": person.seconds_median,
        "accepted": person.accepted,
        "rejected": person.rejected,
        "known": {"right": person.right, "total": person.tested},
        "agrees_with_consensus": person.agrees_with_consensus,
    }


def _named(label_ids: Sequence[str], names: Mapping[str, str]) -> list[str]:
    return sorted(names.get(label_id, label_id) for label_id in label_ids)

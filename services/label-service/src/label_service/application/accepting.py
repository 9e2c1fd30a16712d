"""Opening an acceptance and judging its sample."""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from label_service.application.acceptance_ports import Acceptances, LabeledItems
from label_service.application.history import Past, PastRow, moment_of
from label_service.application.reading import Items, check_open
from label_service.domain.acceptances import (
    Acceptance,
    AcceptanceFinished,
    AcceptanceOpen,
    Judged,
    NothingLabeled,
    SampleSize,
)
from label_service.domain.reviewing import Judgement
from label_service.domain.sampling import MAX_SEED
from labelstream_common.clock import Clock
from labelstream_common.ids import new_id
from labelstream_common.messaging import UnitOfWorkFactory, audited
from labelstream_common.mongo import Session, retried
from labelstream_common.operations import Operations
from labelstream_contracts import AuditAction, AuditActor, AuditRecorded, AuditSubject

CheckVersion: TypeAlias = Callable[[int], None]
"""Raises Stale if the caller has seen another version than the acceptance's."""


@dataclass(frozen=True)
class AcceptancePorts:
    items: Items
    past: Past
    labeled: LabeledItems
    acceptances: Acceptances
    operations: Operations
    unit_of_work: UnitOfWorkFactory
    clock: Clock


class JudgingOutcome(NamedTuple):
    """`missing` are not in the sample. The counts are those of the whole acceptance."""

    acceptance: Acceptance
    changed: int
    unchanged: int
    missing: Sequence[str]


class SampledItem(NamedTuple):
    """An item of a sample as it was at the acceptance's `seq`; `changed`: it has changed since, or is gone."""

    row: PastRow
    judged: Judged | None
    changed: bool


async def open_acceptance(
    job_id: str, wanted: SampleSize, seed: int | None, by: str, *, ports: AcceptancePorts
) -> Acceptance:
    """Draws a sample of what is labeled now. Raises JobNotFound, JobClosed, AcceptanceOpen or NothingLabeled."""
    await check_open(job_id, ports.items)
    present = await ports.acceptances.open_one(job_id)
    if present is not None:
        raise AcceptanceOpen(present)
    seed = secrets.randbelow(MAX_SEED + 1) if seed is None else seed
    seq, population = await ports.labeled.now(job_id, seed)
    if not len(population):
        raise NothingLabeled
    # A million items take a second: others are served meanwhile.
    sample = await asyncio.to_thread(lambda: list(population.sample(wanted.of(len(population)))))
    acceptance = Acceptance(
        new_id(), job_id, "open", seed, seq, wanted, len(population), len(sample), by, ports.clock.now()
    )
    await _keep(acceptance, sample, ports=ports)
    return acceptance


@retried
async def _keep(acceptance: Acceptance, sample: Sequence[bytes], *, ports: AcceptancePorts) -> None:
    async with ports.unit_of_work() as work:
        present = await ports.acceptances.open_one(acceptance.job_id, work.session)
        if present is not None:
            raise AcceptanceOpen(present)
        await ports.acceptances.add(acceptance, sample, work.session)
        detail = {"images": acceptance.labeled, "sample": len(sample)}
        work.record(told(AuditAction.ACCEPTANCE_OPENED, acceptance, detail))
        work.returns(acceptance)


def told(
    action: AuditAction, acceptance: Acceptance, detail: Mapping[str, Any], *, by: AuditActor | None = None
) -> AuditRecorded:
    """What the audit says of it; single judgements are in the job's changes. `by`: where no request says who."""
    about = AuditSubject(kind="acceptance", id=acceptance.id)
    return audited(action, about, job_id=acceptance.job_id, by=by, detail=detail)


@retried
async def judge(
    job_id: str,
    acceptance_id: str,
    sample_ids: Sequence[str],
    judgement: Judgement,
    by: str,
    *,
    ports: AcceptancePorts,
    check_version: CheckVersion,
) -> JudgingOutcome:
    """Keeps a judgement on items of the sample, in place of earlier ones. The items change when it is finished.

    Raises Stale, JobClosed, AcceptanceNotFound or AcceptanceFinished.
    """
    await check_current(job_id, acceptance_id, check_version, ports=ports)
    wanted = list(dict.fromkeys(sample_ids))
    async with ports.unit_of_work() as work:
        acceptance = await going_on(job_id, acceptance_id, check_version, work.session, ports=ports)
        there = await ports.acceptances.sampled(acceptance_id, wanted)
        earlier = await ports.acceptances.judged(acceptance_id, sorted(there), work.session)
        changing = [one for one in wanted if one in there and not _says(earlier.get(one), judgement)]
        await ports.acceptances.judge(
            acceptance, changing, Judged(judgement, by, ports.clock.now()), earlier, work.session
        )
        present = await ports.acceptances.locked(job_id, acceptance_id, work.session)
        outcome = JudgingOutcome(
            present, len(changing), len(there) - len(changing), [one for one in wanted if one not in there]
        )
        work.returns(outcome)
    return outcome


def _says(judged: Judged | None, judgement: Judgement) -> bool:
    return judged is not None and judged.judgement == judgement


async def check_current(
    job_id: str, acceptance_id: str, check_version: CheckVersion, *, ports: AcceptancePorts
) -> None:
    """Raises AcceptanceNotFound, Stale or JobClosed."""
    check_version((await ports.acceptances.get(job_id, acceptance_id)).version)
    await check_open(job_id, ports.items)


async def going_on(
    job_id: str, acceptance_id: str, check_version: CheckVersion, session: Session, *, ports: AcceptancePorts
) -> Acceptance:
    """The acceptance, held until the transaction ends. Raises AcceptanceNotFound, Stale, or AcceptanceFinished.

    It is finished while an operation finishes it. One that failed or was canceled has left it open.
    """
    acceptance = await ports.acceptances.locked(job_id, acceptance_id, session)
    check_version(acceptance.version - 1)  # to hold it is a version of its own
    ending = acceptance.ending
    if ending is not None and not (await ports.operations.get(ending.operation_id)).state.is_final:
        raise AcceptanceFinished(acceptance.id)
    return acceptance


async def sample_page(
    acceptance: Acceptance, *, after: str | None, limit: int, ports: AcceptancePorts
) -> tuple[list[SampledItem], str | None]:
    """The next items of a sample in the order of ids, and the id to go on after. A page ends at 4 MB as well."""
    ids = await ports.acceptances.sample(acceptance.id, after=after, limit=limit + 1)
    moment = await moment_of(ports.items, ports.past, acceptance.job_id, acceptance.seq)
    rows, looked = await ports.past.states(moment, ids[:limit])
    chosen = ids[:looked]
    judged = await ports.acceptances.judged(acceptance.id, chosen)
    versions = await ports.labeled.versions(acceptance.job_id, chosen)
    found = [
        SampledItem(rows[one], judged.get(one), versions.get(one) != rows[one].version) for one in chosen if one in rows
    ]
    return found, chosen[-1] if len(ids) > len(chosen) else None

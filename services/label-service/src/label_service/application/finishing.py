"""The end of an acceptance: every item that was labeled at its `seq` is accepted or rejected, or is a conflict.

It goes on piece by piece in the order of ids. How far it has come is kept with the acceptance, in the commit that
judges the piece: an item is judged once, whatever happens. A canceled or failed end goes on where it was left.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from label_service.application.accepting import AcceptancePorts, CheckVersion, check_current, going_on, told
from label_service.application.history import Moment, PastRow, moment_of
from label_service.application.lanes import Lanes
from label_service.domain.acceptances import Acceptance, AcceptanceFinished, Ending, FinishOutcome, Tally, verdict
from label_service.domain.actors import Actor, ActorKind, Cause
from label_service.domain.commands import Conclude, Outcome
from label_service.domain.items import LABELED
from label_service.domain.reviewing import Judgement
from label_service.domain.working_copy import Origin
from labelstream_common.ids import new_id
from labelstream_common.messaging import actor_of
from labelstream_common.mongo import Session, retried
from labelstream_common.operations import Fence, Operation
from labelstream_contracts import AuditAction, AuditRecorded

FINISH = "finish-acceptance"
_CHUNKS_OF_STEP = 10


@retried
async def start_finish(
    job_id: str,
    acceptance_id: str,
    outcome: FinishOutcome,
    by: str,
    *,
    overwrite: bool,
    ports: AcceptancePorts,
    check_version: CheckVersion,
) -> Operation:
    """Queues the end. Raises Stale, JobClosed, AcceptanceNotFound or AcceptanceFinished."""
    await check_current(job_id, acceptance_id, check_version, ports=ports)
    async with ports.unit_of_work() as work:
        acceptance = await going_on(job_id, acceptance_id, check_version, work.session, ports=ports)
        earlier = acceptance.ending
        change_id = earlier.change_id if earlier else new_id()
        tally = earlier.tally if earlier else Tally()
        params = {
            "job_id": job_id,
            "acceptance_id": acceptance_id,
            "account_id": by,
            "change_id": change_id,
            "at": ports.clock.now(),
        }
        operation = await ports.operations.start(
            FINISH,
            params,
            by=by,
            session=work.session,
            total=acceptance.labeled,
            scope=f"job:{job_id}",
            result=result_of(change_id, tally),
        )
        ending = Ending(outcome, overwrite, operation.id, change_id, earlier.after if earlier else None, tally)
        await ports.acceptances.begin_ending(acceptance, ending, work.session)
        work.returns(operation)
    return operation


def result_of(change_id: str, tally: Tally) -> dict[str, Any]:
    return {
        "change_id": change_id,
        "accepted": tally.accepted,
        "rejected": tally.rejected,
        "conflicts": list(tally.examples),
        "conflict_count": tally.conflicts,
    }


def _finished(acceptance: Acceptance, ending: Ending, tally: Tally, by: str) -> AuditRecorded:
    detail = {
        "outcome": ending.outcome,
        "overwrite": ending.overwrite,
        "accepted": tally.accepted,
        "rejected": tally.rejected,
    }
    return told(AuditAction.ACCEPTANCE_FINISHED, acceptance, detail, by=actor_of(by))


class FinishAcceptance:
    """Carries the end on; a piece a step."""

    def __init__(self, ports: AcceptancePorts, lanes: Lanes) -> None:
        self._ports = ports
        self._lanes = lanes

    async def step(self, operation: Operation, fence: Fence) -> bool:
        params = operation.params
        acceptance = await self._ports.acceptances.get(params["job_id"], params["acceptance_id"])
        ending = acceptance.ending
        if ending is None or ending.operation_id != operation.id:
            raise AcceptanceFinished(acceptance.id)
        moment = await moment_of(self._ports.items, self._ports.past, acceptance.job_id, acceptance.seq)
        rows, after = await self._labeled_after(moment, ending.after)
        verdicts = await self._verdicts(acceptance, ending, rows)

        async def alongside(session: Session, outcome: Outcome) -> None:
            tally = _added(ending.tally, rows, verdicts, outcome)
            ended_at = self._ports.clock.now() if after is None else None
            await self._ports.acceptances.go_on_ending(acceptance.id, after, tally, session, finished_at=ended_at)
            result = result_of(params["change_id"], tally)
            if after is None:
                await self._ports.operations.finish(session, operation, fence, result, done=tally.total)
                async with self._ports.unit_of_work.within(session) as work:
                    work.record(_finished(acceptance, ending, tally, params["account_id"]))
            else:
                await self._ports.operations.advance(session, operation, fence, done=tally.total, result=result)

        actor = Actor(ActorKind.PERSON, params["account_id"])
        origin = Origin(params["change_id"], actor, Cause.ACCEPTANCE, params["at"])
        expect = {} if ending.overwrite else {row.sample_id: row.version for row in rows}
        command = Conclude(origin, verdicts, expect)
        return await self._lanes.submit_piece(acceptance.job_id, command, alongside=alongside) and after is None

    async def _labeled_after(self, moment: Moment, after: str | None) -> tuple[list[PastRow], str | None]:
        """The next items that were labeled at the moment, and the id to go on after (None: no more)."""
        limit = self._lanes.piece(moment.job_id)
        found: list[PastRow] = []
        for _ in range(_CHUNKS_OF_STEP):
            rows, after = await self._ports.past.rows(moment, after=after, limit=limit)
            found = [row for row in rows if row.status == LABELED]
            if found or after is None:
                break
        return found, after

    async def _verdicts(
        self, acceptance: Acceptance, ending: Ending, rows: Sequence[PastRow]
    ) -> Mapping[str, Judgement]:
        judged = await self._ports.acceptances.judged(acceptance.id, [row.sample_id for row in rows])
        given = {sample_id: one.judgement for sample_id, one in judged.items()}
        return {row.sample_id: verdict(ending.outcome, given.get(row.sample_id)) for row in rows}


def _added(tally: Tally, rows: Sequence[PastRow], verdicts: Mapping[str, Judgement], outcome: Outcome) -> Tally:
    """What is gone since is a conflict like what has changed; it is listed with the version that it had."""
    versions = {row.sample_id: row.version for row in rows}
    conflicts: dict[str, int] = {one.sample_id: one.version for one in outcome.conflicts}
    conflicts |= {sample_id: versions[sample_id] for sample_id in outcome.missing}
    decisions = [one.decision for sample_id, one in verdicts.items() if sample_id not in conflicts]
    listed = [{"sample_id": sample_id, "version": version} for sample_id, version in conflicts.items()]
    return tally.plus(decisions.count("accept"), decisions.count("reject"), listed)

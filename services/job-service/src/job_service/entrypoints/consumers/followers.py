"""The followers: progress and labels of label-service, datasets of sync-service, accounts and teams of
team-service.

Each batch joins the transaction that stores its offsets, so that what it publishes commits with what it read.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from job_service.application import policies
from job_service.application.commands import NoteSynchronization
from job_service.application.ports import Ports, Transaction
from job_service.domain.job import JobId
from job_service.domain.progress import ProgressRecord, ShareFact, Totals
from job_service.entrypoints.consumers.reading import (
    LABEL_FACTS,
    dataset_of,
    label_facts_of,
    person_fact_of,
    record_of,
    share_facts_of,
    synchronization_of,
    team_fact_of,
    team_member_fact_of,
)
from labelstream_common.messaging import Follower, JoinedWork, Received, one_by_one
from labelstream_common.mongo import Session
from labelstream_contracts import topics
from labelstream_contracts.events import (
    AccountPayload,
    DatasetPayload,
    DatasetSynchronized,
    LabelPayload,
    Payload,
    ProgressChanged,
    ProgressPrepared,
    ProgressShared,
    TeamPayload,
)

Join: TypeAlias = Callable[[Session], JoinedWork]
Events: TypeAlias = Sequence[Received]


def followers(ports: Ports, join: Join) -> tuple[Follower, ...]:
    return (
        _follower("progress-follower", (topics.PROGRESS.name,), ports, join, _apply_progress, rest=0.4),
        _follower("label-follower", (topics.LABEL.name,), ports, join, _apply_labels, wants=LABEL_FACTS),
        _follower(
            "dataset-follower",
            (topics.DATASET.name,),
            ports,
            join,
            _apply_datasets,
            wants=(DatasetPayload, DatasetSynchronized),
        ),
        _follower("account-follower", (topics.ACCOUNT.name,), ports, join, _apply_accounts),
        _follower("team-follower", (topics.TEAM.name, topics.MEMBER.name), ports, join, _apply_teams),
    )


def _follower(
    purpose: str,
    names: tuple[str, ...],
    ports: Ports,
    join: Join,
    apply: Callable[[Events, Transaction, Ports], Awaitable[None]],
    *,
    wants: tuple[type[Payload], ...] = (),
    rest: float = 0.0,
) -> Follower:
    async def in_joined_work(events: Events, session: Session) -> None:
        async with join(session) as work:
            await apply(events, work, ports)

    return Follower(purpose, names, in_joined_work, wants=wants, rest=rest)


async def _apply_progress(events: Events, work: Transaction, ports: Ports) -> None:
    """A batch is added up first: a job's documents are written once, however many commits it holds."""
    records: dict[JobId, list[ProgressRecord]] = {}
    shares: list[ShareFact] = []
    prepared: list[Received] = []
    for event in events:
        match event.payload:
            case ProgressChanged() as changed:
                records.setdefault(JobId(changed.job_id), []).append(record_of(changed))
            case ProgressShared() as shared:
                shares += share_facts_of(shared)
            case ProgressPrepared():
                prepared.append(event)
    await policies.advance_progress(records, work, ports=ports)
    await policies.follow_shares(shares, work, ports=ports)
    for event in one_by_one(prepared):
        if isinstance(event.payload, ProgressPrepared):
            await _make_ready(event.payload, work, ports)


async def _make_ready(ready: ProgressPrepared, work: Transaction, ports: Ports) -> None:
    totals = Totals(**ready.totals.model_dump())
    await policies.make_ready(JobId(ready.job_id), ready.seq, totals, work, ports=ports)


async def _apply_labels(events: Events, work: Transaction, ports: Ports) -> None:
    facts = [
        fact for event in events if isinstance(event.payload, LabelPayload) for fact in label_facts_of(event.payload)
    ]
    await policies.follow_labels(facts, work, ports=ports)


async def _apply_accounts(events: Events, work: Transaction, ports: Ports) -> None:
    facts = [person_fact_of(event.payload) for event in events if isinstance(event.payload, AccountPayload)]
    await policies.follow_people(facts, work, ports=ports)


async def _apply_teams(events: Events, work: Transaction, ports: Ports) -> None:
    teams = [team_fact_of(event.payload) for event in events if isinstance(event.payload, TeamPayload)]
    members = [fact for event in events if (fact := team_member_fact_of(event.payload)) is not None]
    await policies.follow_teams(teams, members, work, ports=ports)


async def _apply_datasets(events: Events, work: Transaction, ports: Ports) -> None:
    for event in one_by_one(events):
        match event.payload:
            case DatasetPayload() as payload:
                await policies.follow_dataset(dataset_of(payload), work, ports=ports)
            case DatasetSynchronized() as payload:
                job_ids = payload.job_ids or ([payload.job_id] if payload.job_id else [])
                command = NoteSynchronization([JobId(job_id) for job_id in job_ids], synchronization_of(payload))
                await policies.note_synchronization(command, work, ports=ports)

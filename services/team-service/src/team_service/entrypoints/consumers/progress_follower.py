"""Who labels has come: those who added them by their address may know who they are from then on."""

from collections.abc import Iterator, Sequence

from labelstream_common.messaging import Follower, Received
from labelstream_common.mongo import Session
from labelstream_contracts import ProgressChanged, topics
from team_service.application.membership import came_to_job
from team_service.application.ports import Ports
from team_service.domain.accounts import AccountId

_MOST_KNOWN = 20_000


def progress_follower(ports: Ports) -> Follower:
    """Most commits are by people who came long ago; those are remembered, and cost no look into the database."""
    known: set[tuple[str, AccountId]] = set()

    async def apply(events: Sequence[Received], session: Session) -> None:
        new = set(_who_labeled(events)) - known
        if not new:
            return
        async with ports.unit_of_work.within(session) as work:
            settled = {pair for pair in new if not await came_to_job(*pair, ports=ports, work=work)}
        if len(known) > _MOST_KNOWN:
            known.clear()
        known.update(settled)  # what this transaction changes is looked at again, in case it does not commit

    return Follower("progress-follower", (topics.PROGRESS.name,), apply, wants=(ProgressChanged,), rest=1.0)


def _who_labeled(events: Sequence[Received]) -> Iterator[tuple[str, AccountId]]:
    for event in events:
        if isinstance(event.payload, ProgressChanged):
            for each in event.payload.by:
                if each.actor.kind == "person":
                    yield event.payload.job_id, AccountId(each.actor.id)

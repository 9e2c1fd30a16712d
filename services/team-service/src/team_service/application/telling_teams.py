"""Teams that were made before there were events of teams: others learn of them by one event each."""

from labelstream_common.mongo import retried
from team_service.application.ports import Ports
from team_service.domain.events import TeamUpdated
from team_service.domain.teams import Team, TeamNotFound


async def tell_of_earlier_teams(ports: Ports) -> None:
    """An upgrade, run by `migrate`."""
    while (team := await ports.teams.untold()) is not None:
        await _tell(team, ports)


@retried
async def _tell(team: Team, ports: Ports) -> None:
    """As an update by its creator, at the version that it has."""
    async with ports.unit_of_work() as work:
        try:
            present = await ports.teams.get(team.id, work)
        except TeamNotFound:
            return  # deleted meanwhile: its deletion has been told
        await ports.teams.save(present, work)
        work.record(TeamUpdated(present, present.created_by, ports.clock.now()))

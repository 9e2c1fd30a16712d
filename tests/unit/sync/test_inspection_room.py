"""While an import runs, inspection takes a tenth of its time; otherwise it rests for nobody."""

import asyncio

from sync_service.application.inspection_room import InspectionRoom


class Imports:
    def __init__(self) -> None:
        self.running = False
        self.asked = 0
        self.now = 0.0

    async def ask(self) -> bool:
        self.asked += 1
        return self.running


def test_inspection_rests_while_an_import_runs_and_asks_once_a_second() -> None:
    imports = Imports()
    room = InspectionRoom(imports.ask, lambda: imports.now)

    async def rests(seconds: float) -> tuple[float, float]:
        return await room.rest_after(seconds), await room.rest_of_follower()

    assert asyncio.run(rests(0.1)) == (0, 0)
    imports.running = True
    assert asyncio.run(rests(0.1)) == (0, 0)
    assert imports.asked == 1
    imports.now = 1.0
    assert asyncio.run(rests(0.5)) == (4.5, 4)
    assert asyncio.run(rests(60)) == (30, 4)
    imports.running, imports.now = False, 2.0
    assert asyncio.run(rests(60)) == (0, 0)
    assert imports.asked == 3

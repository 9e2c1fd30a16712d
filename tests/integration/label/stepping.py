"""Deletions and merges carried on by the test itself, a step at a time, where no runner of operations is at work."""

from dataclasses import dataclass

from tests.integration.label.workplace import Job

from label_service.application.label_removal import DELETE, MERGE, TakeOffEverywhere
from label_service.entrypoints.http.parts import Parts
from labelstream_common.operations import Fence, Operation
from labelstream_common.runtime import Service


@dataclass(frozen=True)
class Runner:
    """Carries one operation on, a step at a time."""

    parts: Parts
    operation_id: str
    fence: Fence

    @classmethod
    async def of(cls, service: Service) -> "Runner":
        parts: Parts = service.app.state.parts
        claimed = await parts.operations.claim([DELETE, MERGE])
        assert claimed is not None
        return cls(parts, claimed[0].id, claimed[1])

    async def step(self, *, pieces: int = 1) -> bool:
        parts = self.parts
        handler = TakeOffEverywhere(parts.items, parts.lanes, parts.operations, pieces_a_step=pieces)
        return await handler.step(await self.operation(), self.fence)

    async def operation(self) -> Operation:
        return await self.parts.operations.get(self.operation_id)


async def everywhere(job: Job, *names: str) -> dict[str, str]:
    """Puts these labels on every item; their ids by name."""
    for start in range(0, len(job.ids), 1_000):
        await job.desk.annotate(job.ids[start : start + 1_000], add=list(names))
    return {name: label["id"] for name, label in (await job.desk.labels()).items()}

"""Example images: a dataset of handwritten digits, for whoever has no bucket of their own at hand."""

from labelstream_common.mongo import retried
from labelstream_common.operations import Fence, Operation, Operations
from sync_service.application.datasets import FIRST_LOOK_AFTER
from sync_service.application.ports import Ports
from sync_service.domain.dataset import AccountId, Dataset, DatasetId, DatasetTexts
from sync_service.domain.events import Actor, DatasetCreated

KIND = "example-images"
TEXTS = DatasetTexts(
    "Example digits",
    "1,797 handwritten digits from the UCI Machine Learning Repository (E. Alpaydin, C. Kaynak; CC BY 4.0)",
    "Which digit is it?",
)
_A_STEP = 200


@retried
async def start_example_dataset(by: AccountId, *, ports: Ports, operations: Operations) -> Operation:
    """A new dataset, and the operation that puts its images into the platform's own store.

    Each has a folder of its own: what one person deletes is nobody else's. No grant is needed, as nobody chooses where.
    """
    await ports.examples.prepare()
    now = ports.clock.now()
    dataset_id = DatasetId(ports.new_id())
    dataset = Dataset(dataset_id, TEXTS, ports.examples.source(dataset_id), True, by, created_at=now)
    async with ports.unit_of_work() as work:
        await ports.datasets.add(dataset, work)
        await ports.schedule.put(dataset, FIRST_LOOK_AFTER, work)
        work.record(DatasetCreated(dataset, Actor("person", by), now))
        operation = await operations.start(
            KIND,
            {"dataset_id": dataset_id},
            by=by,
            session=work.session,
            total=ports.examples.count,
            scope=KIND,
            result={"dataset_id": dataset_id},
        )
        work.returns(operation)
    return operation


class PuttingExampleImages:
    """The handler of the operation. Putting an image once more changes nothing."""

    def __init__(self, ports: Ports, operations: Operations) -> None:
        self._ports = ports
        self._operations = operations

    async def step(self, operation: Operation, fence: Fence) -> bool:
        examples, dataset_id = self._ports.examples, DatasetId(operation.params["dataset_id"])
        done = min(operation.done + _A_STEP, examples.count)
        await examples.put(examples.source(dataset_id), operation.done, done)
        await self._told(operation, fence, done, is_last=done == examples.count)
        return done == examples.count

    @retried
    async def _told(self, operation: Operation, fence: Fence, done: int, *, is_last: bool) -> None:
        result = {"dataset_id": operation.params["dataset_id"]}
        async with self._ports.unit_of_work() as work:
            if is_last:
                await self._operations.finish(work.session, operation, fence, result, done=done)
            else:
                await self._operations.advance(work.session, operation, fence, done=done, result=result)

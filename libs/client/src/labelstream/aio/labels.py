"""The label set of a job."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

from labelstream.aio.paging import every
from labelstream.aio.transport import AsyncTransport
from labelstream.calls import Call, given, listed, path_of
from labelstream.models import Label, LeftOutLabels, Operation, Page, Touched


class AsyncLabels:
    """`/jobs/{id}/labels`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    def list(self, job_id: str) -> AsyncIterator[Label]:
        return every(self._transport, path_of("jobs", job_id, "labels"), Page[Label])

    def left_out(self, job_id: str) -> AsyncIterator[LeftOutLabels]:
        """The images whose data brought labels for which the job has no room. For managers."""
        return every(self._transport, path_of("jobs", job_id, "left-out-labels"), Page[LeftOutLabels])

    async def bring_in_left_out(self, job_id: str) -> Operation:
        """Give images the labels that were left out, as far as the job has room now. Wait with `operations.wait`.

        The result has the images `changed`, and how many still have labels `left_out`.
        """
        return await self._transport.send(Call("POST", path_of("jobs", job_id, "left-out-labels:bring-in"), Operation))

    async def get(self, job_id: str, label_id: str) -> Label:
        return await self._transport.send(Call("GET", path_of("jobs", job_id, "labels", label_id), Label))

    async def create(
        self,
        job_id: str,
        name: str,
        *,
        color: str | None = None,
        shortcut: str | None = None,
        description: str | None = None,
    ) -> Label:
        body = given(name=name, color=color, shortcut=shortcut, description=description)
        return await self._transport.send(Call("POST", path_of("jobs", job_id, "labels"), Label, body=body))

    async def update(
        self,
        job_id: str,
        label_id: str,
        *,
        name: str | None = None,
        color: str | None = None,
        shortcut: str | None = None,
        description: str | None = None,
        if_match: str | None = None,
    ) -> Label:
        """A new name holds at once for every image, however many carry the label."""
        path = path_of("jobs", job_id, "labels", label_id)
        body = given(name=name, color=color, shortcut=shortcut, description=description)
        return await self._transport.send(Call("PATCH", path, Label, body=body, if_match=if_match))

    async def delete(self, job_id: str, label_id: str, *, images: Literal["keep", "delete"] = "keep") -> Operation:
        """Hide a label at once. The operation then takes it off every item, with an event for each.

        With `images="delete"`, images that carry only this label are deleted from the dataset, too.
        """
        path = path_of("jobs", job_id, "labels", label_id)
        return await self._transport.send(Call("DELETE", path, Operation, query={"images": images}))

    async def touched_by_deletion(
        self, job_id: str, label_id: str, *, images: Literal["keep", "delete"] = "keep"
    ) -> Touched:
        """What `delete` would touch. Deletes nothing."""
        path, query = path_of("jobs", job_id, "labels", label_id), {"images": images, "dry_run": True}
        return await self._transport.send(Call("DELETE", path, Touched, query=query))

    async def merge(self, job_id: str, labels: Sequence[str], *, into: str) -> Operation:
        """Turn labels into another one, all of them by their ids; wait with `operations.wait`."""
        body = {"from": listed(labels=labels), "into": into}
        return await self._transport.send(Call("POST", path_of("jobs", job_id, "labels:merge"), Operation, body=body))

"""A dataset, a job on it whose labels the test says, and its versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.integration.sync.label_service import Labeled, LabelService
from tests.integration.sync.people import Somebody

from labelstream_common.object_storage import ObjectStore
from labelstream_contracts import JobPayload

NAMES = ("b.png", "a.png", "c/d.png", "é.png", "z.png")


@dataclass(frozen=True)
class Labeling:
    """A dataset of five images, and a job on it whose labels the test says."""

    owner: Somebody
    dataset_id: str
    job: JobPayload
    bucket: str
    ids: dict[str, str]
    label_service: LabelService
    store: ObjectStore

    def stands(self, seq: int, labels: Mapping[str, Sequence[str]], *, hard: Sequence[str] = ()) -> None:
        items = [Labeled(self.ids[path], path, of, path in hard) for path, of in labels.items()]
        self.label_service.stands(self.job.job_id, seq, items, self.bucket)

    @property
    def url(self) -> str:
        return f"/datasets/{self.dataset_id}/versions"

    async def publishes(self, name: str, **fields: Any) -> Mapping[str, Any]:
        answer = await self.owner.http.post(self.url, json={"name": name, "job_id": self.job.job_id, **fields})
        return await self.owner.ends(answer)

    async def version(self, name: str) -> dict[str, Any]:
        answer = await self.owner.http.get(f"{self.url}/{name}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def rows(self, name: str, limit: int = 2) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        parameters: dict[str, Any] = {"limit": limit}
        while True:
            page = (await self.owner.http.get(f"{self.url}/{name}/samples", params=parameters)).json()
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            parameters["cursor"] = page["next_cursor"]

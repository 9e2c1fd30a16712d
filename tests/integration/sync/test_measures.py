"""Where nothing inspects images in the background, what a thumbnail's making tells is still a change like any other."""

from collections.abc import AsyncIterator

import orjson
import pytest
import pytest_asyncio
from joserfc.jwk import OKPKey
from tests.integration.sync.people import SignIn, image
from tests.integration.sync.test_images import dataset_with
from tests.support.services import at_work

from labelstream_common.messaging.messages import unpack
from labelstream_common.messaging.records import CHANGES
from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Role, Service
from sync_service.bootstrap import build
from sync_service.settings import Settings


@pytest.fixture(scope="module")
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"inspection": False})


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service(settings: Settings, signing_key: OKPKey) -> AsyncIterator[Service]:
    async with at_work(build(settings), [Role.API], trusting=signing_key) as service:
        yield service
        await service.client.drop_database(service.database.name)


async def test_size_and_kind_travel_with_a_version_of_their_own(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    owner = somebody()
    path = (await dataset_with(owner, store, bucket, {"x.png": image("JPEG", (60, 20))}))["x.png"]
    dataset_id, sample_id = path.split("/")[2], path.split("/")[4]
    for size in (64, 128):  # the second one has nothing new to tell
        assert (await owner.http.get(f"{path}/thumbnail", params={"size": size})).status_code == 200
    sample = (await owner.http.get(f"/datasets/{dataset_id}/samples/{sample_id}")).json()
    assert (sample["width"], sample["height"], sample["media_type"], sample["state"]) == (60, 20, "image/jpeg", "new")
    kept = await service.database["samples"].find_one({"_id": f"{dataset_id}:{sample_id}"})
    assert kept is not None
    records = await service.database[CHANGES].find({"stream": dataset_id}).sort("seq", 1).to_list()
    told = [message for record in records for message in unpack(record["block"]) if message.subject == sample_id]
    assert [(one.type, one.version) for one in told] == [
        ("labeling.sample.added.v1", 1),
        ("labeling.sample.updated.v1", 2),
    ]
    assert told[1].value is not None
    update = orjson.loads(told[1].value)
    assert (update["width"], update["height"], update["media_type"]) == (60, 20, "image/jpeg")
    assert update["version"] == kept["version"]

import httpx
from tests.integration.sync.people import SignIn, image


async def test_an_uploaded_file_becomes_a_sample(somebody: SignIn, bucket: str) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    content = image()
    files = [{"path": "in/new é.png", "size": len(content), "media_type": "image/png"}]
    answer = await owner.http.post(f"/datasets/{dataset_id}/uploads", json={"files": files})
    assert answer.status_code == 200
    (ticket,) = answer.json()["items"]
    async with httpx.AsyncClient() as anybody:
        put = await anybody.request(ticket["method"], ticket["url"], content=content, headers=ticket["headers"])
    assert put.status_code == 200
    assert (await owner.synchronizes(dataset_id))["added"] == 1
    assert [each["path"] for each in await owner.samples(dataset_id)] == ["in/new é.png"]


async def test_every_file_that_breaks_a_rule_is_named_and_nothing_is_signed(somebody: SignIn, bucket: str) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket, "in/")
    files = [
        {"path": "in/fine.png", "size": 10},
        {"path": "in/../x.png", "size": 10},
        {"path": "elsewhere/x.png", "size": 10},
        {"path": "in/x.svg", "size": 10},
        {"path": "in/long.png", "size": 2_000_001},
    ]
    answer = await owner.http.post(f"/datasets/{dataset_id}/uploads", json={"files": files})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [
        "/files/1/path",
        "/files/2/path",
        "/files/3/path",
        "/files/4/size",
    ]

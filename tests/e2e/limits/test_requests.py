"""How many ids, predictions, files and rows one request may name: the number that the API states, and one more."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from tests.e2e.limits.conftest import LONGEST_KEY, Api, Dataset

IDS = 10_000
OPENAPI: Final = Path(__file__).parents[3] / "docs" / "openapi" / "gateway.json"


async def test_ten_thousand_images_are_labeled_in_one_request_with_what_is_expected_of_each(
    api: Api, many: Dataset
) -> None:
    job = await many.job()
    samples = list(await job.samples())
    reply = await job.annotate(sample_ids=samples[:IDS], add=["cat"], expect=dict.fromkeys(samples[:IDS], 0))
    assert (reply["changed"], reply["unchanged"], reply["conflicts"]) == (IDS, 0, [])
    assert reply["counts"] == {"total": IDS + 1, "labeled": IDS, "unlabeled": 1, "to_confirm": 0}
    again = await job.annotate(sample_ids=samples[:IDS], add=["dog"], expect=dict.fromkeys(samples[:IDS], 0))
    assert (again["changed"], len(again["conflicts"])) == (0, IDS)
    stats = await api.post(f"{job.path}/stats", {"sample_ids": samples[:IDS]})
    assert {label["name"]: label["count"] for label in stats["labels"] if label["count"]} == {"cat": IDS}


async def test_one_image_more_is_refused_by_name_and_nothing_changes(api: Api, many: Dataset) -> None:
    job = await many.job()
    samples = list(await job.samples())
    for path, body in (
        ("annotations", {"sample_ids": samples, "add": ["cat"]}),
        ("annotations", {"sample_ids": [], "add": ["cat"]}),
        ("items:confirm", {"sample_ids": samples}),
        ("items:reject", {"sample_ids": samples}),
        ("stats", {"sample_ids": samples}),
    ):
        problem = await api.refused("POST", f"{job.path}/{path}", body)
        assert problem["errors"][0]["pointer"] == "/sample_ids", path
    problem = await api.refused("POST", f"/datasets/{many.id}/samples:delete", {"sample_ids": samples})
    assert problem["errors"][0]["pointer"] == "/sample_ids"
    assert (await api.get(f"{job.path}/stats"))["labeled"] == 0


async def test_a_thousand_predictions_are_confirmed_and_rejected_at_once(api: Api, many: Dataset) -> None:
    job = await many.job()
    samples = list(await job.samples())
    predictions = [_prediction(sample) for sample in samples[:1000]]
    reply = await api.post(f"{job.path}/predictions", predictions)
    assert reply["changed"] == 1000
    problem = await api.refused("POST", f"{job.path}/predictions", [_prediction(sample) for sample in samples[:1001]])
    assert problem["detail"]
    confirmed = await api.post(f"{job.path}/items:confirm", {"sample_ids": samples[:IDS]})
    assert confirmed["counts"] == {"total": IDS + 1, "labeled": 1000, "unlabeled": IDS - 999, "to_confirm": 0}


async def test_a_thousand_upload_tickets_at_once(api: Api, few: Dataset) -> None:
    path = f"/datasets/{few.id}/uploads"
    largest = 25 * 1024 * 1024
    files = [{"path": f"new/{number}.png", "size": largest, "media_type": "image/png"} for number in range(1001)]
    reply = await api.post(path, {"files": files[:1000]})
    assert [ticket["path"] for ticket in reply["items"]] == [file["path"] for file in files[:1000]]
    problem = await api.refused("POST", path, {"files": files})
    assert problem["errors"][0]["pointer"] == "/files"
    problem = await api.refused("POST", path, {"files": [{**files[0], "size": largest + 1}]})
    assert problem["errors"][0]["pointer"] == "/files/0/size"


async def test_an_item_shows_its_latest_twenty_changes(api: Api, few: Dataset) -> None:
    job = await few.job()
    sample = (await job.samples())[0]
    for number in range(25):
        await job.annotate(sample_ids=[sample], set=[f"label-{number}"])
    item = await api.get(f"{job.path}/items/{sample}")
    assert item["version"] == 25
    versions = [change["version"] for change in item["changes"]]
    assert sorted(versions) == list(range(6, 26))


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "1.5", "ten", "", "1e3", "9" * 5000])
async def test_a_limit_beyond_a_list_is_refused_on_every_list(api: Api, few: Dataset, limit: str) -> None:
    places = await _lists(api, few)
    assert len(places) >= 10
    for path, query in places:
        problem = await api.refused("GET", path, limit=limit, **query)
        assert "limit" in json.dumps(problem["errors"]), path


async def test_every_list_takes_a_limit_of_one_and_of_a_thousand(api: Api, few: Dataset) -> None:
    for path, query in await _lists(api, few):
        for limit in (1, 1000):
            reply = await api.get(path, limit=limit, **query)
            assert len(reply["items"]) <= limit, path


async def test_the_longest_key_of_an_object_is_a_sample_and_an_item_that_can_be_found(api: Api, few: Dataset) -> None:
    assert len(LONGEST_KEY.encode()) == 1024
    job = await few.job()
    sample = next(each for each in await api.all(f"/datasets/{few.id}/samples") if each["path"] == LONGEST_KEY)
    for path in (LONGEST_KEY, f"{LONGEST_KEY[:-4]}*", LONGEST_KEY[-500:]):
        found = (await api.get(f"{job.path}/items", path=path))["items"]
        assert [item["sample_id"] for item in found] == [sample["id"]], path[:20]
    lines = (await api.http.get(f"{job.path}/export")).text.splitlines()
    assert LONGEST_KEY in {json.loads(line).get("path") for line in lines}


def _prediction(sample: str) -> dict[str, Any]:
    return {"sample_id": sample, "labels": [{"name": "cat", "confidence": 0.5}], "model": "m", "version": "1"}


async def _lists(api: Api, few: Dataset) -> list[tuple[str, dict[str, int]]]:
    """Every list of the API description, with the ids of what is there filled in, and what it must be asked with."""
    job = await few.job(labels=[{"name": "cat"}])
    team = await api.post("/teams", {"name": "limits"}, 201)
    known = {"job_id": job.id, "dataset_id": few.id, "team_id": team["id"]}
    found = []
    for path, methods in json.loads(OPENAPI.read_text())["paths"].items():
        parameters = [each["name"] for each in methods.get("get", {}).get("parameters", [])]
        ids = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        if "cursor" in parameters and set(ids) <= set(known):
            found.append(path.removeprefix("/api/v1").format(**known))
    return [(path, {"from": 0, "to": 1} if path.endswith("/diff") else {}) for path in found]

import httpx
import pytest
from tests.integration.sync.people import Publish, SignIn, image, job
from tests.support.audited import told as audit_told
from tests.support.topics import read_whole
from tests.support.waiting import eventually

from labelstream_common.http import policies_of, unpoliced_routes
from labelstream_common.ids import new_id
from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Service
from labelstream_contracts import DatasetPayload, SamplePayload, topics

ANYBODY = [
    ("GET", "/datasets"),
    ("POST", "/datasets"),
    ("POST", "/datasets:example"),
    ("GET", "/datasets/{id}"),
    ("PATCH", "/datasets/{id}"),
    ("DELETE", "/datasets/{id}"),
    ("POST", "/datasets/{id}:sync"),
    ("GET", "/datasets/{id}/samples"),
    ("GET", "/datasets/{id}/samples/{id}"),
    ("GET", "/datasets/{id}/samples/{id}/content"),
    ("GET", "/datasets/{id}/samples/{id}/thumbnail"),
    ("GET", "/sources"),
    ("POST", "/sources"),
    ("DELETE", "/sources/{id}"),
    ("GET", "/sources/{id}"),
    ("PATCH", "/sources/{id}"),
    ("POST", "/sources/{id}:test"),
    ("GET", "/datasets/{id}/duplicates"),
    ("POST", "/datasets/{id}/duplicates:merge"),
    ("POST", "/datasets/{id}/versions"),
    ("GET", "/datasets/{id}/versions"),
    ("GET", "/datasets/{id}/versions/{id}"),
    ("DELETE", "/datasets/{id}/versions/{id}"),
    ("POST", "/datasets/{id}/versions/{id}:export"),
    ("GET", "/datasets/{id}/versions/{id}/samples"),
    ("GET", "/datasets/{id}/versions/{id}/diff/{id}"),
    ("POST", "/datasets/{id}/uploads"),
    ("GET", "/datasets/{id}/synchronizations"),
    ("GET", "/datasets/{id}/synchronizations/{id}/rejected"),
    ("POST", "/datasets/{id}/imports"),
    ("GET", "/datasets/{id}/imports"),
    ("GET", "/datasets/{id}/imports/{id}"),
    ("POST", "/datasets/{id}/imports/{id}:cancel"),
    ("GET", "/datasets/{id}/imports/{id}/rejected"),
    ("POST", "/datasets/{id}/samples:delete"),
    ("POST", "/datasets/{id}/samples:restore"),
    ("POST", "/jobs/{id}:sync"),
    ("GET", "/operations"),
    ("GET", "/operations/{id}"),
    ("POST", "/operations/{id}:cancel"),
]


@pytest.mark.parametrize(("method", "path"), ANYBODY)
async def test_without_a_token_nothing_is_told(stranger: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await stranger.request(method, path.replace("{id}", new_id()), json={})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_route_names_a_policy_and_is_tried_above(service: Service) -> None:
    assert unpoliced_routes(service.app) == []
    tried = {f"{method} /api/v1{path}" for method, path in ANYBODY}
    routes = {route for route, policy in policies_of(service.app).items() if policy != "public"}
    assert {_anonymous(route) for route in routes} == {_anonymous(route) for route in tried}


def _anonymous(route: str) -> str:
    for name in (
        "dataset_id",
        "sample_id",
        "operation_id",
        "job_id",
        "source_id",
        "import_id",
        "synchronization_id",
        "name",
        "other",
    ):
        route = route.replace(f"{{{name}}}", "{id}")
    return route


@pytest.mark.parametrize(("method", "path"), [each for each in ANYBODY if "/datasets/{id}" in each[1]])
async def test_a_foreign_dataset_is_not_there(somebody: SignIn, bucket: str, method: str, path: str) -> None:
    dataset_id = await somebody().makes_dataset(bucket)
    answer = await somebody().http.request(method, path.replace("{id}", dataset_id), json={})
    assert answer.status_code == 404
    assert answer.json()["code"] == "dataset-not-found"


# The bytes of an image are asked for so often that it is looked for only once, with its bytes.
BYTES = ("/content", "/thumbnail")
SECOND = [
    (method, path)
    for method, path in ANYBODY
    if (path.count("{id}") > 1 or path.startswith(("/sources/{id}", "/operations/"))) and not path.endswith(BYTES)
]


@pytest.mark.parametrize(("method", "path"), SECOND)
async def test_what_is_not_there_is_said_before_what_is_wrong_with_the_request(
    somebody: SignIn, bucket: str, method: str, path: str
) -> None:
    admin = somebody("admin")
    if path.startswith("/datasets/"):
        path = path.replace("{id}", await admin.makes_dataset(bucket), 1)
    answer = await admin.http.request(method, path.replace("{id}", "nothing"), params={"x": "1"}, json={"x": 1})
    assert answer.status_code == 404, answer.text


async def test_an_annotator_may_not_make_a_dataset(somebody: SignIn, bucket: str) -> None:
    body = {"name": "Images", "source": {"bucket": bucket}}
    assert (await somebody("annotator").http.post("/datasets", json=body)).status_code == 403


async def test_an_administrator_sees_every_dataset(somebody: SignIn, bucket: str) -> None:
    dataset_id = await somebody().makes_dataset(bucket)
    admin = somebody("admin")
    assert (await admin.http.get(f"/datasets/{dataset_id}")).status_code == 200
    listed = (await admin.http.get("/datasets", params={"limit": 1000})).json()["items"]
    assert dataset_id in {each["id"] for each in listed}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "a", "source": {"bucket": "Not/A bucket"}}, "/source/bucket"),
        ({"name": "a", "source": {"bucket": "images", "prefix": "a/../b"}}, "/source/prefix"),
        ({"name": " ", "source": {"bucket": "images"}}, "/name"),
        ({"name": "a", "source": {"bucket": "images"}, "colour": "red"}, "/colour"),
        ({"name": "a"}, "/source"),
        ({"name": 1, "source": {"bucket": "images"}}, "/name"),
    ],
)
async def test_what_is_wrong_with_a_new_dataset_is_named(
    somebody: SignIn, body: dict[str, object], pointer: str
) -> None:
    owner = somebody()
    answer = await owner.http.post("/datasets", json=body)
    assert answer.status_code == 422
    assert pointer in {each["pointer"] for each in answer.json()["errors"]}
    assert (await owner.http.get("/datasets")).json()["items"] == []


async def test_the_bucket_of_thumbnails_is_no_source(somebody: SignIn, service: Service, store: ObjectStore) -> None:
    reserved = service.settings.thumbnail_bucket  # type: ignore[attr-defined]  # sync-service's own setting
    await store.ensure_bucket(reserved)
    answer = await somebody().http.post("/datasets", json={"name": "a", "source": {"bucket": reserved}})
    assert answer.status_code == 422


async def test_a_repeated_request_makes_one_dataset(somebody: SignIn, bucket: str) -> None:
    owner = somebody()
    body, headers = {"name": "a", "source": {"bucket": bucket}}, {"Idempotency-Key": new_id()}
    first = await owner.http.post("/datasets", json=body, headers=headers)
    again = await owner.http.post("/datasets", json=body, headers=headers)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, first.json())
    assert len((await owner.http.get("/datasets")).json()["items"]) == 1


async def test_a_change_counts_a_version_and_a_stale_one_is_refused(somebody: SignIn, bucket: str) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    etag = (await owner.http.get(f"/datasets/{dataset_id}")).headers["etag"]
    changed = await owner.http.patch(f"/datasets/{dataset_id}", json={"name": "b"}, headers={"If-Match": etag})
    assert (changed.status_code, changed.json()["name"], changed.json()["version"]) == (200, "b", 2)
    stale = await owner.http.patch(f"/datasets/{dataset_id}", json={"name": "c"}, headers={"If-Match": etag})
    assert stale.status_code == 412
    wrong = await owner.http.patch(f"/datasets/{dataset_id}", json={"name": ""}, headers={"If-Match": etag})
    assert wrong.status_code == 422
    assert (await owner.http.get(f"/datasets/{dataset_id}")).json()["name"] == "b"


@pytest.mark.parametrize("field", ["name", "description", "labeling_description", "auto_sync"])
async def test_null_changes_nothing_and_says_so(somebody: SignIn, bucket: str, field: str) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    answer = await owner.http.patch(f"/datasets/{dataset_id}", json={field: None})
    assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (422, [f"/{field}"])


async def test_the_newest_come_first_when_that_is_asked_for(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    for name in ("a.png", "b.png", "c.png"):
        await store.put(bucket, name, image())
    owner = somebody()
    made = [await owner.makes_dataset(bucket) for _ in range(3)]
    await owner.synchronizes(made[0])
    for path in ("/datasets", f"/datasets/{made[0]}/samples"):
        assert (await owner.http.get(path, params={"sort": "-size"})).status_code == 422
        oldest_first = [each["id"] for each in (await owner.http.get(path)).json()["items"]]
        assert len(oldest_first) == 3
        params: dict[str, str] = {"sort": "-added", "limit": "2"}
        first = (await owner.http.get(path, params=params)).json()
        rest = (await owner.http.get(path, params={**params, "cursor": first["next_cursor"]})).json()
        assert [each["id"] for each in first["items"] + rest["items"]] == oldest_first[::-1]
        assert rest["next_cursor"] is None
        other = await owner.http.get(path, params={"sort": "added", "cursor": first["next_cursor"]})
        assert other.status_code == 422, "a place in one order is none in the other"


async def test_a_sample_carries_an_entity_tag(somebody: SignIn, bucket: str, store: ObjectStore) -> None:
    await store.put(bucket, "a.png", image())
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    path = f"/datasets/{dataset_id}/samples/{await owner.sample(dataset_id, 'a.png')}"
    before = (await owner.http.get(path)).headers["etag"]
    await store.put(bucket, "a.png", image(shade=99))
    await owner.synchronizes(dataset_id)
    assert (await owner.http.get(path)).headers["etag"] != before


async def test_the_list_comes_in_pages_without_gaps(somebody: SignIn, bucket: str) -> None:
    owner = somebody()
    made = [await owner.makes_dataset(bucket) for _ in range(5)]
    found, cursor = [], None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await owner.http.get("/datasets", params=params)).json()
        found += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == made


async def test_a_dataset_that_a_job_works_on_cannot_be_deleted(somebody: SignIn, bucket: str, publish: Publish) -> None:
    owner = somebody()
    dataset_id = await owner.makes_dataset(bucket)
    opened = job(dataset_id, owner.id)
    await publish(opened)

    async def known() -> None:
        dry = (await owner.http.delete(f"/datasets/{dataset_id}", params={"dry_run": True})).json()
        assert dry == {"dry_run": True, "samples": 0, "jobs": 1}

    await eventually(known)
    refused = await owner.http.delete(f"/datasets/{dataset_id}")
    assert (refused.status_code, refused.json()["code"]) == (409, "dataset-in-use")
    assert (await owner.http.get(f"/datasets/{dataset_id}")).status_code == 200


async def test_deleting_a_dataset_tells_of_the_end_of_every_sample(
    somebody: SignIn, bucket: str, store: ObjectStore, kafka_bootstrap: str
) -> None:
    owner = somebody()
    for number in range(3):
        await store.put(bucket, f"{number}.png", image())
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    ids = {each["id"] for each in await owner.samples(dataset_id)}
    operation = await owner.ends(await owner.http.delete(f"/datasets/{dataset_id}"))
    assert operation["result"] == {"deleted": 3}
    assert (await owner.http.get(f"/datasets/{dataset_id}")).status_code == 404
    assert (await store.stat(bucket, "0.png")).size > 0

    async def told() -> None:
        messages = await read_whole(kafka_bootstrap, [topics.SAMPLE.name, topics.DATASET.name])
        payloads = [each.payload for each in messages]
        own = [each for each in payloads if isinstance(each, SamplePayload) and each.dataset_id == dataset_id]
        assert {each.sample_id for each in own if each.removed and each.cause == "delete"} == ids
        ends = [each for each in payloads if isinstance(each, DatasetPayload) and each.dataset_id == dataset_id]
        assert ends[-1].event_type == "labeling.dataset.deleted.v1"

    await eventually(told)


async def test_deletions_are_told_to_the_audit_with_who_and_how_much(
    somebody: SignIn, bucket: str, store: ObjectStore, service: Service
) -> None:
    owner = somebody()
    await store.put(bucket, "private-name.png", image())
    dataset_id = await owner.makes_dataset(bucket)
    await owner.synchronizes(dataset_id)
    ids = [each["id"] for each in await owner.samples(dataset_id)]
    path = f"/datasets/{dataset_id}/samples:delete"
    for body in ({"filter": {"path": "nothing-like-it"}}, {"sample_ids": ids}):
        await owner.ends(await owner.http.post(path, json=body))
    await owner.ends(await owner.http.post(f"/datasets/{dataset_id}/samples:restore", json={"sample_ids": ids}))
    await owner.http.delete(f"/datasets/{dataset_id}", params={"dry_run": True})
    await owner.ends(await owner.http.delete(f"/datasets/{dataset_id}"))
    by_path, named, restored, whole = await audit_told(service, dataset_id, 4)
    assert {each.action for each in (by_path, named, whole)} == {"deleted"}
    assert (restored.action, restored.about.kind, restored.actor.id) == ("restored", "samples", owner.id)
    assert restored.detail == {"selection": "named", "named": 1}
    assert {each.actor.id for each in (by_path, named, whole)} == {owner.id}
    assert [each.about.kind for each in (by_path, named, whole)] == ["samples", "samples", "dataset"]
    assert by_path.detail == {"selection": "by-path", "named": None, "delete_source": False}
    assert named.detail == {"selection": "named", "named": 1, "delete_source": False}
    assert "nothing-like-it" not in repr(by_path), "never what was typed"

"""Object stores besides the platform's own, each with a key of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import pytest_asyncio
from cryptography.fernet import Fernet
from pydantic import SecretStr
from tests.integration.sync.people import NOW, Publish, SignIn, Somebody, image, job, member
from tests.support.object_stores import ObjectStoreAddress
from tests.support.servers import listening
from tests.support.waiting import eventually

from labelstream_common.ids import new_id
from labelstream_common.object_storage import ObjectStore
from labelstream_common.runtime import Service
from labelstream_contracts import AccountCreated, AccountPayload, Actor
from sync_service.adapters.vault import FernetVault

SECRET = "never-told-3141592653"


def account(account_id: str, role: str) -> AccountPayload:
    return AccountCreated(
        account_id=account_id,
        email="somebody@example.com",
        name="Somebody",
        role=role,
        disabled=False,
        created_at=NOW(),
        version=1,
        actor=Actor(kind="person", id=account_id),
    )


@dataclass(frozen=True)
class OtherStore:
    """The tests' object store, as a source that an administrator adds."""

    admin: Somebody
    address: ObjectStoreAddress
    made: list[str] = field(default_factory=list)

    def body(self, **fields: Any) -> dict[str, Any]:
        keys = {"access_key": self.address.access_key, "secret_key": self.address.secret_key}
        return {"name": "Lab", "endpoint": self.address.endpoint, **keys, **fields}

    async def add(self, **fields: Any) -> str:
        answer = await self.admin.http.post("/sources", json=self.body(**fields))
        assert answer.status_code == 201, answer.text
        self.made.append(answer.json()["id"])
        return self.made[-1]

    async def refused(self, **fields: Any) -> tuple[str, str]:
        """The pointer and the reason of a refusal."""
        answer = await self.admin.http.post("/sources", json=self.body(**fields))
        assert (answer.status_code, answer.json()["code"]) == (422, "source-refused"), answer.text
        error = answer.json()["errors"][0]
        return error["pointer"], error["detail"]


@pytest_asyncio.fixture(loop_scope="session")
async def other(somebody: SignIn, every_object_store: ObjectStoreAddress) -> OtherStore:
    return OtherStore(somebody("admin"), every_object_store)


async def makes(who: Somebody, source_id: str, bucket: str, prefix: str = "") -> httpx.Response:
    source = {"bucket": bucket, "prefix": prefix, "source_id": source_id}
    return await who.http.post("/datasets", json={"name": "Images", "source": source, "auto_sync": False})


async def test_only_administrators_add_and_delete_sources(
    somebody: SignIn, stranger: httpx.AsyncClient, other: OtherStore
) -> None:
    for who, status in ((stranger, 401), (somebody().http, 403), (somebody("annotator").http, 403)):
        assert (await who.post("/sources", json=other.body())).status_code == status
        assert (await who.delete("/sources/platform")).status_code == status


async def test_a_dataset_lies_on_another_store_in_everything_that_it_does(
    other: OtherStore, somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    await store.put(bucket, "in/a.png", image())
    owner = somebody()
    source_id = await other.add(buckets=[{"name": bucket, "prefix": "in/"}], granted_to=[owner.id])
    assert (await owner.http.get("/sources")).json()["items"][-1] == {
        "id": source_id,
        "name": "Lab",
        "buckets": [{"name": bucket, "prefix": "in/"}],
    }
    made = await makes(owner, source_id, bucket, "in/")
    assert made.status_code == 201, made.text
    assert made.json()["source"] == {"bucket": bucket, "prefix": "in/", "source_id": source_id}
    dataset_id = made.json()["id"]
    assert (await owner.synchronizes(dataset_id))["added"] == 1
    sample = f"/datasets/{dataset_id}/samples/{await owner.sample(dataset_id, 'in/a.png')}"
    assert (await owner.http.get(f"{sample}/content")).content == image()
    assert (await owner.http.get(f"{sample}/thumbnail")).headers["content-type"] == "image/webp"
    link = (await owner.http.get(f"{sample}/content?redirect=true")).headers["location"]
    assert link.startswith(other.address.endpoint)
    async with httpx.AsyncClient() as browser:
        assert (await browser.get(link)).content == image()
        content = image(shade=8)
        files = [{"path": "in/b.png", "size": len(content)}]
        ticket = (await owner.http.post(f"/datasets/{dataset_id}/uploads", json={"files": files})).json()["items"][0]
        put = await browser.put(ticket["url"], content=content, headers=ticket["headers"])
        assert put.status_code == 200, put.text
    assert (await owner.synchronizes(dataset_id))["added"] == 1
    body = {"filter": {}, "delete_source": True}
    await owner.ends(await owner.http.post(f"/datasets/{dataset_id}/samples:delete", json=body))
    assert [each.key async for page in store.list(bucket) for each in page] == []


async def test_a_source_in_use_is_not_deleted(other: OtherStore, somebody: SignIn, bucket: str) -> None:
    source_id = await other.add(granted_to="members")
    dataset_id = (await makes(somebody(), source_id, bucket)).json()["id"]
    tried = await other.admin.http.delete(f"/sources/{source_id}?dry_run=true")
    assert tried.json() == {"dry_run": True, "datasets": 1, "dataset_ids": [dataset_id]}
    refused = await other.admin.http.delete(f"/sources/{source_id}")
    assert (refused.status_code, refused.json()["code"]) == (409, "source-in-use")
    assert refused.json()["dataset_ids"] == [dataset_id]
    await other.admin.ends(await other.admin.http.delete(f"/datasets/{dataset_id}"))
    assert (await other.admin.http.delete(f"/sources/{source_id}")).status_code == 204
    assert (await other.admin.http.get(f"/sources/{source_id}")).status_code == 404
    own = await other.admin.http.delete("/sources/platform")
    assert (own.status_code, own.json()["code"]) == (409, "source-in-use")


async def test_an_unknown_source_is_as_a_bucket_that_is_not_there(
    other: OtherStore, somebody: SignIn, bucket: str
) -> None:
    owner, source_id = somebody(), await other.add()
    answers = [await makes(owner, each, bucket) for each in (new_id(), source_id)]
    answers.append(await makes(other.admin, source_id, "not-there"))
    imports = f"/datasets/{await owner.makes_dataset(bucket)}/imports"
    for each in (new_id(), source_id):
        below = {"kind": "bucket", "bucket": bucket, "prefix": ""}
        answers.append(await owner.http.post(imports, json={"source": below, "mode": "images", "source_id": each}))
    assert {(each.status_code, each.json()["code"]) for each in answers} == {(404, "bucket-not-found")}


async def test_a_secret_is_nowhere_to_be_read(
    other: OtherStore, service: Service, capfd: pytest.CaptureFixture[str]
) -> None:
    source_id = await other.add()
    shown = await other.admin.http.get(f"/sources/{source_id}")
    assert shown.json()["access_key"] == other.address.access_key
    texts = [shown.text, (await other.admin.http.get("/sources")).text]
    wrong = await other.admin.http.patch(f"/sources/{source_id}", json={"secret_key": SECRET})
    assert wrong.status_code == 422
    texts += [wrong.text, (await other.admin.http.patch(f"/sources/{source_id}", json={"name": "New"})).text]
    bad = await other.admin.http.post("/sources", json=other.body(secret_key=f"{SECRET} with blanks"))
    assert bad.json()["errors"][0]["pointer"] == "/secret_key"
    texts += [bad.text, (await other.admin.http.post("/sources", json=other.body(secret_key=[SECRET]))).text]
    texts += [repr([each async for each in service.database[name].find({})]) for name in await _collections(service)]
    texts.append("".join(capfd.readouterr()))
    for text in texts:
        assert other.address.secret_key not in text
        assert SECRET not in text


async def _collections(service: Service) -> list[str]:
    return list(await service.database.list_collection_names())


async def test_a_source_is_tried_before_it_is_kept(other: OtherStore, bucket: str) -> None:
    assert (await other.refused(secret_key="wrong-secret"))[0] == "/access_key"
    assert (await other.refused(access_key="nobody"))[0] == "/access_key"
    pointer, reason = await other.refused(buckets=[{"name": bucket}, {"name": "not-there"}])
    assert (pointer, "not-there" in reason) == ("/buckets/1/name", True)
    pointer, reason = await other.refused(endpoint="http://127.0.0.1:1")
    assert (pointer, reason) == ("/endpoint", "The endpoint refuses the connection. Check its address and port.")
    pointer, reason = await other.refused(endpoint="http://no-such-host.invalid")
    assert (pointer, "cannot be resolved" in reason) == ("/endpoint", True)
    pointer, reason = await other.refused(endpoint=other.address.endpoint.replace("http:", "https:"))
    assert (pointer, "TLS" in reason) == ("/endpoint", True)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://localhost.localdomain.invalid@10.0.0.1",
        "http://169.254.169.254",
        "http://10.0.0.1:9000",
        "http://[::1]:9000",
        "http://[::ffff:10.0.0.1]:9000",
        "http://0x0a000001",
        "http://167772161",
        "http://0/",
        "ftp://example.com",
        "http://example.com/latest/meta-data",
        "http://example.com?x=y",
        "//example.com",
        "http://",
        "http://exa mple.com",
        "http://example.com:99999",
    ],
)
async def test_an_address_inside_is_refused_in_every_spelling(other: OtherStore, endpoint: str) -> None:
    answer = await other.admin.http.post("/sources", json=other.body(endpoint=endpoint))
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == "/endpoint"
    source_id = await other.add()
    assert (await other.admin.http.patch(f"/sources/{source_id}", json={"endpoint": endpoint})).status_code == 422


async def test_a_redirect_is_not_followed(other: OtherStore) -> None:
    async with _redirecting(other.address.endpoint) as (endpoint, asked):
        pointer, reason = await other.refused(endpoint=endpoint)
        assert (pointer, "does not answer as an S3 object store" in reason) == ("/endpoint", True)
        assert asked == [b"GET / HTTP/1.1"]


@asynccontextmanager
async def _redirecting(to: str) -> AsyncIterator[tuple[str, list[bytes]]]:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0])
        writer.write(b"HTTP/1.1 307 Elsewhere\r\nLocation: %s/\r\nContent-Length: 0\r\n\r\n" % to.encode())
        await writer.drain()

    async with listening(answer) as port:
        yield f"http://127.0.0.1:{port}", asked


async def test_a_source_is_tested_again_on_request(other: OtherStore, bucket: str, store: ObjectStore) -> None:
    source_id = await other.add(buckets=[{"name": bucket}])
    tried = await other.admin.http.post(f"/sources/{source_id}:test")
    assert tried.json() == {"ok": True, "buckets": [{"name": bucket, "ok": True, "reason": None}]}


async def test_a_change_of_the_key_is_tried_and_a_stale_one_refused(other: OtherStore) -> None:
    source_id = await other.add()
    path, http = f"/sources/{source_id}", other.admin.http
    etag = (await http.get(path)).headers["etag"]
    assert (await http.patch(path, json={"access_key": "nobody"})).json()["code"] == "source-refused"
    assert (await http.patch(path, json={"name": "Another", "region": "eu-1"})).json()["region"] == "eu-1"
    assert (await http.patch(path, json={"name": "Third"}, headers={"If-Match": etag})).status_code == 412
    assert (await http.delete(path, headers={"If-Match": etag})).status_code == 412
    assert (await http.post(f"{path}:test")).json()["ok"]


async def test_a_grant_taken_back_ends_datasets_that_are_there(
    other: OtherStore, somebody: SignIn, bucket: str, store: ObjectStore, publish: Publish
) -> None:
    await store.put(bucket, "a.png", image())
    owner, labeler = somebody(), somebody("annotator")
    source_id = await other.add(granted_to=[owner.id])
    dataset_id = (await makes(owner, source_id, bucket)).json()["id"]
    await owner.synchronizes(dataset_id)
    opened = job(dataset_id, owner.id)
    await publish(account(owner.id, "member"), opened, member(opened.job_id, labeler.id, "labeler"))
    sample = f"/datasets/{dataset_id}/samples/{await owner.sample(dataset_id, 'a.png')}"
    uploads = {"files": [{"path": "b.png", "size": 10}]}

    async def shown(status: int, code: str | None) -> None:
        for who in (owner, labeler):
            for path in (f"{sample}/thumbnail", f"{sample}/content", f"{sample}/content?redirect=true"):
                answer = await who.http.get(path)
                expected = 302 if status == 200 and "redirect" in path else status
                assert answer.status_code == expected, (path, answer.text)
                assert code is None or answer.json()["code"] == code

    await eventually(lambda: shown(200, None))
    await other.admin.http.patch(f"/sources/{source_id}", json={"granted_to": []})
    await eventually(lambda: shown(403, "source-not-granted"), within=2)
    for path, body in ((f"/datasets/{dataset_id}/uploads", uploads), (f"/datasets/{dataset_id}:sync", None)):
        answer = await owner.http.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "source-not-granted"), path
    assert (await other.admin.http.get(f"{sample}/content")).status_code == 200
    await other.admin.http.patch(f"/sources/{source_id}", json={"granted_to": "members"})
    await eventually(lambda: shown(200, None))


async def test_the_same_store_under_another_name_is_still_the_same(
    other: OtherStore, somebody: SignIn, bucket: str, store: ObjectStore
) -> None:
    """Who reaches a bucket by a second way has no more right on what another's dataset covers."""
    await store.put(bucket, "a.png", image())
    thief, owner = somebody(), somebody()
    await owner.makes_dataset(bucket)
    dataset_id = (await makes(thief, await other.add(granted_to=[thief.id]), bucket)).json()["id"]
    await thief.synchronizes(dataset_id)
    body = {"filter": {}, "delete_source": True}
    result = (await thief.ends(await thief.http.post(f"/datasets/{dataset_id}/samples:delete", json=body)))["result"]
    assert (result["deleted"], result["failed"]["count"]) == (0, 1)
    files = {"files": [{"path": "a.png", "size": 10}]}
    assert (await thief.http.post(f"/datasets/{dataset_id}/uploads", json=files)).status_code == 422


async def test_secrets_are_sealed_anew_when_a_key_is_put_in_front(other: OtherStore, service: Service) -> None:
    source_id = await other.add()
    before = await service.database["sources"].find_one({"_id": source_id})
    assert before is not None
    present = service.settings.secrets_key.get_secret_value()  # type: ignore[attr-defined]  # sync-service's own
    renewed = FernetVault(SecretStr(f"{Fernet.generate_key().decode()},{present}"))
    await renewed.reseal(service.database)
    after = await service.database["sources"].find_one({"_id": source_id})
    assert after is not None
    assert after["connection"]["secret"] != before["connection"]["secret"]
    assert renewed.open(source_id, after["connection"]["secret"]) == other.address.secret_key
    await service.database["sources"].update_one({"_id": source_id}, {"$set": {"connection": before["connection"]}})

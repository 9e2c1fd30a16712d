"""A repeat of a request gets the first answer and does nothing again: at once, later, at the same time, elsewhere."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx
import orjson
import pytest
import pytest_asyncio
from fastapi import Request
from joserfc.jwk import OKPKey
from starlette.responses import Response

from labelstream_common.auth import AccountRole, Authenticator, Caller, PublicKeys, TokenVerifier, claims_of, sign_token
from labelstream_common.clock import SystemClock
from labelstream_common.errors import Conflict, NotFound
from labelstream_common.http import Body, JsonReply, Router, View, create_app, policies
from labelstream_common.http import Caller as HttpCaller
from labelstream_common.ids import new_id
from labelstream_common.messaging import UnitOfWorkFactory
from labelstream_common.messaging.request_scope import IDEMPOTENCY
from labelstream_common.mongo import Client, Database, retried

ALICE, BOB = (Caller(new_id(), AccountRole.MEMBER) for _ in range(2))


class NameTaken(Conflict):
    code = "name-taken"


class NewThing(Body):
    name: str
    slow: float = 0.0


class ThingView(View):
    id: str
    name: str


class Things:
    """A use case like any other: one unit of work."""

    def __init__(self, client: Client, database: Database) -> None:
        self.things = database["things"]
        self.units = UnitOfWorkFactory(client, database, lambda event: [], SystemClock())
        self.runs = 0

    async def create(self, name: str, slow: float) -> ThingView:
        @retried
        async def create() -> ThingView:
            self.runs += 1
            async with self.units() as work:
                if await self.things.find_one({"name": name}, session=work.session):
                    raise NameTaken("taken")
                thing = ThingView(id=new_id(), name=name)
                await self.things.insert_one({"_id": thing.id, "name": name}, session=work.session)
                await asyncio.sleep(slow)
                work.returns(thing)
            return thing

        return await create()

    async def delete(self, name: str) -> None:
        async with self.units() as work:
            await self.things.delete_one({"name": name}, session=work.session)
            work.returns(None)


def routes(things: Things) -> Router:
    router = Router()

    async def is_there(request: Request, _: HttpCaller) -> None:
        if not await things.things.find_one({"name": request.path_params["name"]}):
            raise NotFound("no such thing")

    @router.post("/things", policy=policies.signed_in(), status_code=201, errors=(NameTaken,))
    async def create_thing(body: NewThing, response: Response) -> ThingView:
        thing = await things.create(body.name, body.slow)
        response.headers["ETag"] = '"1"'
        return thing

    @router.post("/secrets", policy=policies.signed_in(), status_code=201, secret=True)
    async def create_secret(body: NewThing) -> ThingView:
        return await things.create(body.name, body.slow)

    @router.delete("/things/{name}", policy=policies.custom("there", is_there), status_code=204)
    async def delete_thing(name: str) -> None:
        await things.delete(name)

    @router.post("/echo", policy=policies.signed_in(), raw=True)
    async def echo(_: Request) -> Response:
        things.runs += 1
        return JsonReply({"run": things.runs})

    @router.post("/refused", policy=policies.signed_in())
    async def refused() -> dict[str, Any]:
        things.runs += 1
        raise NameTaken("always")

    @router.post("/hot", policy=policies.signed_in(), finds_repeats_itself=True, status_code=201)
    async def hot(body: NewThing) -> ThingView:
        return await things.create(body.name, body.slow)

    return router


@pytest.fixture(scope="module")
def key() -> OKPKey:
    return OKPKey.generate_key("Ed25519", {"kid": "test"})


Process = tuple[httpx.AsyncClient, Things]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def processes(mongo_client: Client, database: Database, key: OKPKey) -> AsyncIterator[list[Process]]:
    """Two applications over one database, as two processes would be."""

    async def fetch() -> bytes:
        return orjson.dumps({"keys": [{**key.as_dict(private=False), "kid": "test"}]})

    made: list[Process] = []
    for _ in range(2):
        things = Things(mongo_client, database)
        authenticator = Authenticator(TokenVerifier(PublicKeys("http://unused", fetch), issuer="t"))
        app = create_app("test", [routes(things)], authenticator=authenticator, database=database)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        made.append((httpx.AsyncClient(transport=transport, base_url="http://test/api/v1"), things))
    yield made
    for client, _ in made:
        await client.aclose()


@pytest.fixture
def headers(key: OKPKey) -> Callable[..., dict[str, str]]:
    def make(idempotency_key: str | None, caller: Caller = ALICE) -> dict[str, str]:
        token = sign_token(claims_of(caller, issuer="t", issued_at=int(time.time())), key, "test")
        own = {"Authorization": f"Bearer {token}"}
        return own if idempotency_key is None else {**own, "Idempotency-Key": idempotency_key}

    return make


Headers = Callable[..., Mapping[str, str]]


async def test_a_repeat_gets_the_first_answer_whole(processes: list[Process], headers: Headers) -> None:
    client, things = processes[0]
    name, sent = new_id(), headers(new_id())
    first = await client.post("/things", json={"name": name}, headers=sent)
    assert first.status_code == 201
    before = things.runs
    for other, _ in processes:
        again = await other.post(
            "/things", content=f'{{ "name" : "{name}" }}', headers={**sent, "content-type": "application/json"}
        )
        assert (again.status_code, again.content, again.headers["etag"]) == (201, first.content, '"1"')
        assert again.headers["idempotency-replayed"] == "true"
    assert things.runs == before
    assert "idempotency-replayed" not in first.headers


async def test_another_body_is_a_conflict(processes: list[Process], headers: Headers) -> None:
    client, _ = processes[0]
    sent = headers(new_id())
    assert (await client.post("/things", json={"name": new_id()}, headers=sent)).status_code == 201
    answer = await client.post("/things", json={"name": new_id()}, headers=sent)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency-key-reused")


async def test_keys_are_those_of_caller_method_and_path(processes: list[Process], headers: Headers) -> None:
    client, _ = processes[0]
    key = new_id()
    for path, caller in (("/things", ALICE), ("/things", BOB), ("/hot", ALICE)):
        answer = await client.post(path, json={"name": new_id()}, headers=headers(key, caller))
        assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("path", ["/things", "/hot"])
async def test_twins_in_one_process_have_one_effect(processes: list[Process], headers: Headers, path: str) -> None:
    client, things = processes[0]
    name, sent = new_id(), headers(new_id())
    answers = await asyncio.gather(
        *(client.post(path, json={"name": name, "slow": 0.2}, headers=sent) for _ in range(5))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert await things.things.count_documents({"name": name}) == 1


@pytest.mark.parametrize("path", ["/things", "/hot"])
async def test_twins_in_two_processes_have_one_effect(processes: list[Process], headers: Headers, path: str) -> None:
    things = processes[0][1]
    for _ in range(5):
        name, sent = new_id(), headers(new_id())
        answers = await asyncio.gather(
            *(client.post(path, json={"name": name, "slow": 0.1}, headers=sent) for client, _ in processes)
        )
        assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
        assert len({answer.content for answer in answers}) == 1
        assert await things.things.count_documents({"name": name}) == 1


async def test_twins_with_different_bodies_in_two_processes(processes: list[Process], headers: Headers) -> None:
    sent = headers(new_id())
    answers = await asyncio.gather(
        *(client.post("/things", json={"name": new_id(), "slow": 0.1}, headers=sent) for client, _ in processes)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_a_refusal_is_not_kept(processes: list[Process], headers: Headers) -> None:
    client, things = processes[0]
    sent, before = headers(new_id()), things.runs
    for _ in range(2):
        assert (await client.post("/refused", headers=sent)).status_code == 409
    assert things.runs == before + 2


async def test_an_answer_without_a_unit_of_work_is_kept_too(processes: list[Process], headers: Headers) -> None:
    client, _ = processes[0]
    sent = headers(new_id())
    first = await client.post("/echo", headers=sent)
    assert (await client.post("/echo", headers=sent)).content == first.content
    sent = headers(new_id())
    twins = await asyncio.gather(*(client.post("/echo", headers=sent) for _ in range(5)))
    assert len({twin.content for twin in twins}) == 1


async def test_a_secret_answer_is_never_kept(processes: list[Process], headers: Headers, database: Database) -> None:
    client, _ = processes[0]
    name, sent = new_id(), headers(new_id())
    assert (await client.post("/secrets", json={"name": name}, headers=sent)).status_code == 201
    answer = await client.post("/secrets", json={"name": name}, headers=sent)
    assert (answer.status_code, answer.json()["code"]) == (409, "answer-not-kept")
    async for kept in database[IDEMPOTENCY].find({}):
        assert name.encode() not in bytes(kept["body"] or b"")


async def test_a_repeated_deletion_gets_its_204(processes: list[Process], headers: Headers) -> None:
    client, _ = processes[0]
    name, sent = new_id(), headers(new_id())
    await client.post("/things", json={"name": name}, headers=headers(None))
    assert (await client.delete(f"/things/{name}", headers=sent)).status_code == 204
    again = await client.delete(f"/things/{name}", headers=sent)
    assert (again.status_code, again.headers.get("idempotency-replayed")) == (204, "true")
    assert (await client.delete(f"/things/{name}", headers=headers(new_id()))).status_code == 404
    assert (await client.delete(f"/things/{name}", headers=headers(None))).status_code == 404
    assert (await client.delete(f"/things/{name}", headers={**sent, **headers(None, BOB)})).status_code == 404


@pytest.mark.parametrize("bad", ["", "x" * 256, "tab\there"])
async def test_a_key_that_is_none_is_422(processes: list[Process], headers: Headers, bad: str) -> None:
    client, _ = processes[0]
    answer = await client.post("/things", json={"name": new_id()}, headers=headers(bad))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/Idempotency-Key"


async def test_keys_end_after_a_day(processes: list[Process], headers: Headers, database: Database) -> None:
    client, _ = processes[0]
    await client.post("/echo", headers=headers(new_id()))
    now = SystemClock().now()
    async for kept in database[IDEMPOTENCY].find({}):
        assert 23.9 < (kept["expires_at"] - now).total_seconds() / 3600 <= 24.01

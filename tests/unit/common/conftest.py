"""A small application with every sort of route, its signing key, and clients with and without a token."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeAlias

import httpx
import orjson
import pytest
import pytest_asyncio
from fastapi import FastAPI, Query
from joserfc.jwk import OKPKey
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from labelstream_common.access import Access, AccountRight, JobFacts, JobRight
from labelstream_common.auth import AccountRole, Authenticator, Caller, PublicKeys, TokenVerifier, claims_of, sign_token
from labelstream_common.errors import Conflict, NotFound
from labelstream_common.http import (
    LIVE_STREAMS,
    Body,
    CurrentCaller,
    JsonReply,
    Paging,
    Router,
    View,
    body_of,
    create_app,
    policies,
)
from labelstream_common.mongo import connect, database_of

KEY_ID = "key-1"
OWNER = Caller("owner", AccountRole.MEMBER, "owner@example.org")
LABELER = Caller("labeler", AccountRole.ANNOTATOR)
STRANGER = Caller("stranger", AccountRole.MEMBER)
ADMIN = Caller("admin", AccountRole.ADMIN)
DISABLED = Caller("disabled", AccountRole.MEMBER)
JOB = "11111111-1111-7111-8111-111111111111"
LABELS = f"/api/v1/jobs/{JOB}/labels"

As: TypeAlias = Callable[[Caller], dict[str, str]]
"""Headers of a request by somebody."""


class NameTaken(Conflict):
    code = "name-taken"


class AnnotatorNotFound(NotFound):
    code = "annotator-not-found"


class NewLabel(Body):
    name: str
    shortcut: str | None = None


class NewThing(Body):
    name: str
    labels: tuple[NewLabel, ...] = ()


class ThingView(View):
    name: str
    by: str


@dataclass
class FakeProjection:
    """What the projection would say."""

    jobs: dict[str, JobFacts] = field(default_factory=dict)
    annotators: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def job(self, job_id: str) -> JobFacts | None:
        return self.jobs.get(job_id)

    async def roles(self, job_id: str, account_id: str) -> list[str]:
        return self.annotators.get((job_id, account_id), [])

    async def account(self, account_id: str) -> dict[str, Any] | None:
        return self.accounts.get(account_id)

    async def jobs_on(self, dataset_id: str) -> list[JobFacts]:
        return [job for job in self.jobs.values() if job.dataset_id == dataset_id]

    async def works_on(self, dataset_id: str, account_id: str) -> bool:
        return any(
            job.owner_id == account_id or self.annotators.get((job.job_id, account_id))
            for job in await self.jobs_on(dataset_id)
        )


@pytest.fixture(scope="session")
def signing_key() -> OKPKey:
    return OKPKey.generate_key("Ed25519", {"kid": KEY_ID})


@pytest.fixture
def published(signing_key: OKPKey) -> list[dict[str, Any]]:
    """The keys that the JWKS document names; a test may change them."""
    return [{**signing_key.as_dict(private=False), "kid": KEY_ID, "use": "sig"}]


@pytest.fixture
def keys(published: list[dict[str, Any]]) -> PublicKeys:
    async def fetch() -> bytes:
        return orjson.dumps({"keys": published})

    return PublicKeys("http://unused", fetch)


@pytest.fixture
def projection() -> FakeProjection:
    return FakeProjection(
        jobs={JOB: JobFacts(JOB, owner_id=OWNER.account_id, dataset_id="dataset")},
        annotators={(JOB, LABELER.account_id): ["labeler"]},
        accounts={DISABLED.account_id: {"role": "member", "disabled": True, "email": ""}},
    )


def things() -> Router:
    router = Router(tags=["things"])

    @router.get("/public", policy=policies.public())
    async def public() -> dict[str, str]:
        return {"hello": "world"}

    @router.post("/public", policy=policies.public())
    async def act() -> dict[str, str]:
        return {}

    @router.get("/endless", policy=policies.public())
    async def endless() -> StreamingResponse:
        async def pieces() -> AsyncIterator[str]:
            while True:
                yield "more"
                await asyncio.sleep(0.01)

        return StreamingResponse(pieces(), media_type="text/plain")

    @router.get("/live", policy=policies.signed_in(), share=LIVE_STREAMS)
    async def live(request: Request, fails: bool = False) -> Response:
        if fails:
            raise NameTaken("It ends before it begins.")
        return await endless()

    @router.get("/things", policy=policies.signed_in())
    async def list_things(paging: Paging, hard: Annotated[bool | None, Query()] = None) -> dict[str, Any]:
        return {"limit": paging.limit, "cursor": paging.cursor, "hard": hard}

    @router.post("/things", policy=policies.account_may(AccountRight.CREATE_JOBS), status_code=201, errors=(NameTaken,))
    async def create_thing(body: NewThing, caller: CurrentCaller) -> ThingView:
        if body.name == "taken":
            raise NameTaken("That name is taken.", pointer="/name")
        if body.name == "broken":
            raise RuntimeError("secret inside")
        return ThingView(name=body.name, by=caller.account_id)

    @router.post("/me/password", policy=policies.in_person())
    async def change_password() -> dict[str, str]:
        return {}

    @router.get("/jobs/{job_id}/labels", policy=policies.job(JobRight.SEE))
    async def list_labels(job_id: str) -> dict[str, str]:
        return {"job": job_id}

    @router.post("/jobs/{job_id}/stats", policy=policies.job(JobRight.SEE))
    async def stats(job_id: str) -> dict[str, str]:
        return {"job": job_id}

    @router.delete("/jobs/{job_id}", policy=policies.job(JobRight.DELETE), status_code=204)
    async def delete_job(job_id: str) -> None:
        return None

    @router.post("/jobs/{job_id}/labels", policy=policies.job(JobRight.CREATE_LABEL))
    async def create_label(job_id: str, body: NewLabel) -> dict[str, str]:
        return {"job": job_id, "name": body.name}

    @router.post("/jobs/{job_id}/hot", policy=policies.job(JobRight.LABEL), raw=True, body=NewLabel, reply=ThingView)
    async def hot(request: Request) -> Response:
        return JsonReply({"bytes": len(body_of(request)), "job": request.path_params["job_id"]})

    @router.post("/jobs/{job_id}:sync", policy=policies.job(JobRight.SYNCHRONIZE), status_code=202)
    async def sync(job_id: str) -> dict[str, str]:
        return {"syncs": job_id}

    @router.post("/accounts", policy=policies.account_role("admin"), max_body_bytes=50)
    async def create_account(body: NewThing) -> dict[str, str]:
        return {"name": body.name}

    async def annotator(request: Request, _: Caller) -> None:
        if request.path_params["annotator_id"] != "known":
            raise AnnotatorNotFound("There is no such annotator.")

    @router.patch(
        "/jobs/{job_id}/annotators/{annotator_id}", policy=policies.job(JobRight.MANAGE_ANNOTATORS, finds=annotator)
    )
    async def change_annotator(job_id: str, annotator_id: str, body: NewLabel) -> dict[str, str]:
        return {"job": job_id, "annotator": annotator_id, "name": body.name}

    @router.patch(
        "/accounts/{annotator_id}", policy=policies.account_may(AccountRight.MANAGE_ACCOUNTS, finds=annotator)
    )
    async def change_account(annotator_id: str, body: NewLabel) -> dict[str, str]:
        return {"account": annotator_id, "name": body.name}

    return router


@dataclass
class Overload:
    seconds: float | None = None

    def __call__(self) -> float | None:
        return self.seconds


@pytest.fixture
def overload() -> Overload:
    return Overload()


@pytest.fixture
def app(keys: PublicKeys, projection: FakeProjection, overload: Overload) -> FastAPI:
    access = Access(projection, believed=0.0)  # type: ignore[arg-type]  # the reads are all that access uses
    return create_app(
        "test-service",
        [things()],
        authenticator=Authenticator(TokenVerifier(keys, issuer="test"), access),
        database=database_of(connect("mongodb://127.0.0.1:1", app_name="unit"), "unit"),
        access=access,
        overload=overload,
        max_body_bytes=10_000,
    )


Token = Callable[..., str]


@pytest.fixture
def token(signing_key: OKPKey) -> Token:
    def make(caller: Caller = OWNER, *, key_id: str = KEY_ID, key: OKPKey | None = None, **changes: Any) -> str:
        claims: dict[str, Any] = {**claims_of(caller, issuer="test", issued_at=int(time.time())), **changes}
        return sign_token(claims, key or signing_key, key_id)

    return make


@pytest_asyncio.fixture(loop_scope="session")
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
def as_(token: Token) -> As:
    return lambda caller: {"Authorization": f"Bearer {token(caller)}"}

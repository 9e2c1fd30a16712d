"""Who may use which route: the caller who may not comes first."""

from typing import Any

import httpx
import pytest
from tests.integration.label.workplace import Job, Workplace, old_id

from labelstream_common.http import LARGEST_BODY_BYTES
from labelstream_common.http.routing import unpoliced_routes
from labelstream_common.ids import new_id
from labelstream_common.runtime import Service

ANY, OWNER = ("labeler", "reviewer", "manager"), ("manager",)
ROUTES: list[tuple[str, str, Any, tuple[str, ...]]] = [
    ("GET", "labels", None, ANY),
    ("GET", "labels/{label}", None, ANY),
    ("POST", "labels", {"name": "new"}, ANY),
    ("PATCH", "labels/{label}", {"description": "d"}, OWNER),
    ("DELETE", "labels/{label}?dry_run=true", None, OWNER),
    ("POST", "labels:merge?dry_run=true", {"from": ["{label}"], "into": "{other}"}, OWNER),
    ("GET", "items", None, ANY),
    ("GET", "items/{sample}", None, ANY),
    ("GET", "stats", None, ANY),
    ("POST", "stats", {"sample_ids": ["{sample}"]}, ANY),
    ("POST", "annotations", {"sample_ids": ["{sample}"], "add": ["cat"]}, ANY),
    ("POST", "predictions", [{"sample_id": "{sample}", "labels": [], "model": "net"}], OWNER),
    ("POST", "items:confirm", {"sample_ids": ["{sample}"]}, ANY),
    ("POST", "items:reject", {"sample_ids": ["{sample}"]}, ANY),
    ("POST", "items:next", {"limit": 1}, ANY),
    ("POST", "items:release", {"sample_ids": ["{sample}"]}, ANY),
    ("POST", "items:assign", {"sample_ids": ["{sample}"], "to": None}, OWNER),
    ("POST", "items:review", {"sample_ids": ["{sample}"], "decision": "accept"}, ("reviewer", "manager")),
    ("GET", "items/{sample}/answers", None, ("reviewer", "manager")),
    ("GET", "known-answers", None, OWNER),
    ("PUT", "known-answers", [], OWNER),
    ("GET", "quality", None, OWNER),
    ("GET", "left-out-labels", None, OWNER),
    ("POST", "left-out-labels:bring-in", None, OWNER),
    ("GET", "export", None, OWNER),
    ("GET", "changes", None, ANY),
    ("GET", "diff?from=0&to=1", None, ANY),
    ("POST", "changes/{change}:undo", {}, OWNER),
    ("GET", "acceptances", None, OWNER),
    ("POST", "acceptances", {"sample_count": 1}, OWNER),
    ("GET", "acceptances/{acceptance}", None, OWNER),
    ("GET", "acceptances/{acceptance}/items", None, OWNER),
    ("POST", "acceptances/{acceptance}:judge", {"sample_ids": ["{sample}"], "decision": "accept"}, OWNER),
    ("POST", "acceptances/{acceptance}:finish", {"outcome": "accept_rest"}, OWNER),
]


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    return {}


@pytest.fixture
async def scene(workplace: Workplace, kept: dict[str, Any]) -> dict[str, Any]:
    """One job with somebody of each role, for the whole table."""
    if not kept:
        job = await workplace.job(1, labels=["cat", "dog"], job_id=old_id())
        labels = await job.desk.labels()
        change = await job.desk.annotate(job.ids, add=["dog"])
        kept["names"] = {
            "label": labels["cat"]["id"],
            "other": labels["dog"]["id"],
            "sample": job.ids[0],
            "change": change["change_id"],
            "acceptance": (await job.desk.post("acceptances", {"sample_count": 1}, status=201))["id"],
        }
        kept["job"] = job
        kept["people"] = {role: (await workplace.joins(job, role)).id for role in ANY}  # type: ignore[arg-type]
    return kept


def filled(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        for name, text in names.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, list):
        return [filled(one, names) for one in value]
    if isinstance(value, dict):
        return {key: filled(one, names) for key, one in value.items()}
    return value


async def ask(http: httpx.AsyncClient, scene: dict[str, Any], route: tuple[str, str, Any, Any]) -> httpx.Response:
    method, path, body, _ = route
    job: Job = scene["job"]
    options = {} if body is None else {"json": filled(body, scene["names"])}
    return await http.request(method, f"/jobs/{job.id}/{filled(path, scene['names'])}", **options)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route[0]} {route[1]}")
async def test_route_serves_exactly_those_who_may(
    workplace: Workplace, stranger: httpx.AsyncClient, scene: dict[str, Any], route: tuple[str, str, Any, Any]
) -> None:
    refused = await ask(stranger, scene, route)
    assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")
    assert (await ask(workplace.sign_in().http, scene, route)).status_code == 404
    for role in ANY:
        person = workplace.sign_in("annotator", account_id=scene["people"][role])
        answer = await ask(person.http, scene, route)
        expected = {200, 201, 202, 409} if role in route[3] else {403}
        assert answer.status_code in expected, (role, answer.text)
    for person in (workplace.sign_in("admin"), scene["job"].owner):
        http = person.http if person is not scene["job"].owner else workplace.sign_in(account_id=person.id).http
        assert (await ask(http, scene, route)).status_code in {200, 201, 202, 409}


async def test_route_of_no_job_is_not_found_even_before_its_body_is_read(workplace: Workplace) -> None:
    http = workplace.sign_in("admin").http
    for job_id in (new_id(), "x", "..", "0" * 36):
        for method, path in (("GET", "items"), ("GET", "export"), ("POST", "annotations")):
            answer = await http.request(method, f"/jobs/{job_id}/{path}", content=b"{" if method == "POST" else None)
            assert answer.status_code == 404, (job_id, path)


@pytest.mark.parametrize(
    ("role", "method", "path"),
    [
        ("labeler", "GET", "items/{nothing}/answers"),
        ("owner", "GET", "items/{nothing}/answers?x=1"),
        ("labeler", "GET", "items/{nothing}?x=1"),
        ("labeler", "GET", "labels/{nothing}?x=1"),
        ("labeler", "POST", "changes/{nothing}:undo"),
        ("owner", "GET", "acceptances/{nothing}?x=1"),
        ("owner", "GET", "/operations/label-{nothing}?x=1"),
    ],
)
async def test_what_is_not_there_is_said_before_what_is_wrong_with_the_request(
    workplace: Workplace, scene: dict[str, Any], role: str, method: str, path: str
) -> None:
    account_id = scene["job"].owner.id if role == "owner" else scene["people"][role]
    http = workplace.sign_in(account_id=account_id).http
    path = path.replace("{nothing}", old_id())
    url = path if path[0] == "/" else f"/jobs/{scene['job'].id}/{path}"
    answer = await http.request(method, url, json=None if method == "GET" else {"x": 1})
    assert answer.status_code == 404, answer.text


async def test_every_route_names_its_policy(service: Service) -> None:
    assert unpoliced_routes(service.app) == []


async def test_too_large_unreadable_and_deep_bodies_are_refused(scene: dict[str, Any], workplace: Workplace) -> None:
    http = workplace.sign_in("admin").http
    headers = {"content-type": "application/json"}
    for path in ("annotations", "predictions", "labels", "labels:merge", "items:confirm", "items:review", "stats"):
        url = f"/jobs/{scene['job'].id}/{path}"
        large = b'{"sample_ids": ["' + b"a" * LARGEST_BODY_BYTES + b'"]}'
        assert (await http.post(url, content=large, headers=headers)).status_code == 413, path
        for body in (b"{", b"", b"[" * 1000 + b"]" * 1000, b"\xff", b"null", b'{"a": NaN}'):
            assert (await http.post(url, content=body, headers=headers)).status_code == 422, (path, body[:20])
        assert (await http.post(url, content=b"{}", headers={"content-type": "text/plain"})).status_code == 415, path


async def test_operations_are_their_creators(workplace: Workplace) -> None:
    job = await workplace.job(3)
    await job.desk.call("POST", "annotations", json={"filter": {}, "add": ["cat"]})
    (operation,) = (await job.desk.http.get("/operations")).json()["items"]
    assert operation["id"].startswith("label-")
    assert (await workplace.sign_in().http.get(f"/operations/{operation['id']}")).status_code == 404
    assert (await workplace.sign_in().http.get("/operations")).json()["items"] == []


async def test_changes_are_refused_while_too_much_waits_to_be_published(
    workplace: Workplace, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await workplace.job(1)
    monkeypatch.setitem(service.app.state._state, "overload", lambda: 3.0)
    body = {"sample_ids": job.ids, "add": ["cat"]}
    answer = await job.desk.call("POST", "annotations", json=body, headers={"Idempotency-Key": "later"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")
    assert (await job.desk.item(job.ids[0]))["version"] == 0
    assert (await job.desk.post("stats", {"sample_ids": job.ids}))["total"] == 1
    monkeypatch.setitem(service.app.state._state, "overload", lambda: None)
    await job.desk.post("annotations", body, key="later")

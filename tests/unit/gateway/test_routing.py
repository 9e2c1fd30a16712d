"""The routing table against the paths of the gateway API, and against every service's own OpenAPI document."""

from typing import Any

import pytest

from labelstream_common.runtime import Service
from labelstream_gateway.routing import SERVICES, TABLE, Flow, Target, rule_of, target_of
from labelstream_local.preparation import build_all

JOB, LABEL, SYNC, TEAM, EDGE = Target.JOB, Target.LABEL, Target.SYNC, Target.TEAM, Target.EDGE
ID = "01a20a94-094b-74b9-b3b1-76935e656977"

PATHS = {
    "/.well-known/jwks.json": TEAM,
    "/api/v1/auth/login": TEAM,
    "/api/v1/auth/password-reset/abc": TEAM,
    "/api/v1/me": TEAM,
    "/api/v1/me/api-keys/k": TEAM,
    "/api/v1/accounts": TEAM,
    f"/api/v1/teams/{ID}/members/{ID}": TEAM,
    f"/api/v1/jobs/{ID}/annotators": TEAM,
    f"/api/v1/jobs/{ID}/people": TEAM,
    f"/api/v1/jobs/{ID}/annotators/{ID}:send-email": TEAM,
    "/api/v1/invitations/tok:accept": TEAM,
    "/api/v1/sources": SYNC,
    f"/api/v1/sources/{ID}:test": SYNC,
    "/api/v1/datasets": SYNC,
    f"/api/v1/datasets/{ID}": SYNC,
    f"/api/v1/datasets/{ID}:sync": SYNC,
    f"/api/v1/datasets/{ID}/samples:delete": SYNC,
    f"/api/v1/datasets/{ID}/samples/{ID}/content": SYNC,
    f"/api/v1/datasets/{ID}/samples/{ID}/thumbnail": SYNC,
    f"/api/v1/datasets/{ID}/uploads": SYNC,
    f"/api/v1/datasets/{ID}/versions/v1/diff/v2": SYNC,
    f"/api/v1/datasets/{ID}/versions/v1:export": SYNC,
    f"/api/v1/jobs/{ID}:sync": SYNC,
    "/api/v1/jobs": JOB,
    f"/api/v1/jobs/{ID}": JOB,
    f"/api/v1/jobs/{ID}/progress": JOB,
    f"/api/v1/jobs/{ID}/auto-labeling": JOB,
    f"/api/v1/jobs/{ID}:complete": JOB,
    f"/api/v1/jobs/{ID}:reopen": JOB,
    f"/api/v1/jobs/{ID}/labels": LABEL,
    f"/api/v1/jobs/{ID}/labels/{ID}": LABEL,
    f"/api/v1/jobs/{ID}/labels:merge": LABEL,
    f"/api/v1/jobs/{ID}/items": LABEL,
    f"/api/v1/jobs/{ID}/items/{ID}": LABEL,
    f"/api/v1/jobs/{ID}/items:confirm": LABEL,
    f"/api/v1/jobs/{ID}/items:review": LABEL,
    f"/api/v1/jobs/{ID}/stats": LABEL,
    f"/api/v1/jobs/{ID}/annotations": LABEL,
    f"/api/v1/jobs/{ID}/predictions": LABEL,
    f"/api/v1/jobs/{ID}/export": LABEL,
    f"/api/v1/jobs/{ID}/quality": LABEL,
    f"/api/v1/jobs/{ID}/known-answers": LABEL,
    f"/api/v1/jobs/{ID}/items/{ID}/answers": LABEL,
    f"/api/v1/jobs/{ID}/changes": LABEL,
    f"/api/v1/jobs/{ID}/changes/stream": LABEL,
    f"/api/v1/jobs/{ID}/changes/{ID}:undo": LABEL,
    f"/api/v1/jobs/{ID}/diff": LABEL,
    f"/api/v1/jobs/{ID}/acceptances/{ID}:finish": LABEL,
    "/api/v1/webhooks": LABEL,
    f"/api/v1/webhooks/{ID}/deliveries/{ID}:redeliver": LABEL,
    f"/api/v1/operations/job-{ID}": JOB,
    f"/api/v1/operations/label-{ID}:cancel": LABEL,
    f"/api/v1/operations/sync-{ID}": SYNC,
    f"/api/v1/operations/team-{ID}": TEAM,
    "/api/v1/audit": TEAM,
    f"/api/v1/jobs/{ID}/audit": TEAM,
    f"/api/v1/mailbox/{ID}": TEAM,
    "/api/v1/auth/oidc/acme/callback": TEAM,
    "/api/v1/operations": EDGE,
    "/api/v1/openapi.json": EDGE,
    "/api/v1/docs": EDGE,
    "/healthz": EDGE,
    "/readyz": EDGE,
    "/": EDGE,
    "/jobs/5/label": EDGE,
}


@pytest.mark.parametrize(("path", "target"), PATHS.items())
def test_path_of_the_gateway_api_reaches_its_service(path: str, target: Target) -> None:
    assert target_of(path) is target


@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "/api/v1/metrics",
        "/api/v1/datasetsx",
        "/api/v1/operations/other-1",
        "/api/v2/jobs",
        "/api/v1/jobs/",
        "/x/api/v1/jobs",
    ],
)
def test_what_no_service_has_stays_at_the_edge(path: str) -> None:
    assert target_of(path) is EDGE


@pytest.mark.parametrize("path", [f"/api/v1/jobs/{ID}/{one}" for one in ("changes/stream", "export", "quality")])
def test_replies_that_are_endless_large_or_slow_are_streamed(path: str) -> None:
    rule = rule_of(path)
    assert rule is not None
    assert rule.flow is Flow.STREAMED


def test_every_rule_is_reached() -> None:
    reached = {rule_of(path) for path in PATHS}
    unreached = [rule.pattern for rule in TABLE if rule not in reached]
    assert unreached == [f"/api/v1/jobs/*:{verb}" for verb in ("archive",)]


@pytest.fixture(scope="module")
def services() -> list[Service]:
    settings = {
        "LABELSTREAM_MONGODB_URL": "mongodb://127.0.0.1:1",
        "LABELSTREAM_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "LABELSTREAM_S3_ENDPOINT": "http://127.0.0.1:1",
        "LABELSTREAM_S3_ACCESS_KEY": "none",
        "LABELSTREAM_S3_SECRET_KEY": "none",
    }
    with pytest.MonkeyPatch.context() as environment:
        for name, value in settings.items():
            environment.setenv(name, value)
        return build_all()


async def test_every_path_of_every_service_is_routed_to_it(services: list[Service]) -> None:
    assert [service.name for service in services] == list(SERVICES)
    astray = []
    for service in services:
        paths = service.app.openapi()["paths"]
        assert paths
        for path in paths:
            found = target_of(_example(path, service.name))
            if found != service.name and path != "/api/v1/operations":
                astray.append(f"{path} of {service.name} goes to {found.value}")
        await service.close()
    assert astray == []


def _example(path: str, service: str) -> str:
    operation = f"{service.removesuffix('-service')}-{ID}"
    return path.replace("{operation_id}", operation).replace("{", "").replace("}", "")


async def test_no_two_services_serve_the_same_path(services: list[Service]) -> None:
    owners: dict[str, list[Any]] = {}
    for service in services:
        for path in service.app.openapi()["paths"]:
            owners.setdefault(path, []).append(service.name)
    shared = {path: names for path, names in owners.items() if len(names) > 1 and "/operations" not in path}
    assert shared == {}

"""What an API key may be used for, at every route of every service, by their route tables."""

from collections.abc import Iterator

import pytest

from labelstream_common.auth import AccountRole, Caller, KeyLimited, KeyLimits, KeyScope
from labelstream_common.http.policies import check_key
from labelstream_common.http.routing import GuardedRoute
from labelstream_local.preparation import build_all

JOB = "/api/v1/jobs/{job_id}"
# Annotations, confirm, reject, own undo, queue, predictions; and cancelling what one has begun by them.
LABEL = {
    *(f"POST {JOB}/{call}" for call in ("annotations", "predictions", "changes/{change_id}:undo")),
    *(f"POST {JOB}/items:{verb}" for verb in ("confirm", "reject", "next", "release")),
    "POST /api/v1/operations/{operation_id}:cancel",
}
# They change nothing, although they take a body.
READ = {f"POST {JOB}/stats"}
IN_PERSON = {
    "POST /api/v1/me/password",
    "POST /api/v1/me/api-keys",
    "DELETE /api/v1/me/api-keys/{key_id}",
    "DELETE /api/v1/me/sessions",
    "DELETE /api/v1/me/sessions/{session_id}",
}


@pytest.fixture(scope="module")
def routes() -> dict[str, GuardedRoute]:
    nowhere = {"MONGODB_URL": "mongodb://127.0.0.1:1", "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"}
    store = {"S3_ENDPOINT": "http://127.0.0.1:1", "S3_ACCESS_KEY": "none", "S3_SECRET_KEY": "none"}
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {**nowhere, **store}.items():
            environment.setenv(f"LABELSTREAM_{name}", value)
        return {f"{each.spec.method} {each.spec.path}": each for each in _guarded()}


def _guarded() -> Iterator[GuardedRoute]:
    for service in build_all():
        for route in service.app.router.routes:
            if isinstance(route, GuardedRoute) and not route.spec.guard.policy.is_public:
                yield route


def _allowed(route: GuardedRoute, *scopes: KeyScope, job_ids: frozenset[str] | None = None) -> bool:
    caller = Caller("a", AccountRole.ADMIN, key=KeyLimits(frozenset(scopes), job_ids))
    try:
        check_key(route.spec.guard.policy, route.spec.method, caller)
    except KeyLimited:
        return False  # the answer that is asked for
    return True


def test_a_key_for_reading_reads_everything_and_changes_nothing(routes: dict[str, GuardedRoute]) -> None:
    assert len(routes) > 100
    for name, route in routes.items():
        assert _allowed(route, KeyScope.READ) == (route.spec.method == "GET" or name in READ), name


def test_a_key_for_labeling_labels_and_reads_and_no_more(routes: dict[str, GuardedRoute]) -> None:
    for name, route in routes.items():
        assert _allowed(route, KeyScope.LABEL) == (route.spec.method == "GET" or name in READ | LABEL), name


def test_a_key_for_managing_does_the_rest_and_does_not_label(routes: dict[str, GuardedRoute]) -> None:
    for name, route in routes.items():
        assert _allowed(route, KeyScope.MANAGE) == (name not in LABEL | IN_PERSON), name


def test_no_key_changes_keys_passwords_or_sessions(routes: dict[str, GuardedRoute]) -> None:
    assert {name for name, route in routes.items() if not _allowed(route, *KeyScope)} == IN_PERSON


def test_a_key_for_certain_jobs_changes_nothing_outside_of_jobs(routes: dict[str, GuardedRoute]) -> None:
    for name, route in routes.items():
        in_job = route.spec.path.startswith((f"{JOB}/", f"{JOB}:")) or route.spec.path == JOB
        expected = route.spec.method == "GET" or in_job or name.endswith("operations/{operation_id}:cancel")
        assert _allowed(route, *KeyScope, job_ids=frozenset({"j"})) == expected, name

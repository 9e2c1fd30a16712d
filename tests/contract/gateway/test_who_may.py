"""The table of who may use which route is whole: no route of a service is missing in it, or says anything else."""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.support.who_may import POLICIES, ROLES

from labelstream_common.access.rights import RIGHTS, JobRight

OPENAPI = Path(__file__).parents[3] / "docs/openapi"
METHODS = ("get", "post", "put", "patch", "delete")


def _documented() -> Iterator[tuple[str, str]]:
    for document in sorted(OPENAPI.glob("*-service.json")):
        for path, item in json.loads(document.read_text())["paths"].items():
            for method in METHODS:
                if method in item:
                    yield f"{method.upper()} {path.removeprefix('/api/v1')}", item[method]["x-policy"]


def test_every_route_of_every_service_is_in_the_table_with_its_policy() -> None:
    documented = dict(_documented())
    assert len(documented) > 120
    assert documented == POLICIES


def test_every_right_in_a_job_belongs_to_the_roles_of_the_contract() -> None:
    used = {policy for policy in POLICIES.values() if policy.startswith("job:")}
    assert used == ROLES.keys()
    for policy, roles in ROLES.items():
        right = JobRight(policy.removeprefix("job:"))
        assert {role.value for role, rights in RIGHTS.items() if right in rights} == roles, policy

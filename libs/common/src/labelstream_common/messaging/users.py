"""Kafka's users and what each may do, set over Kafka's own protocol: passwords never stand in an argument list.

aiokafka has no calls for either, but it has what they are made of. Formats: Kafka's AlterUserScramCredentials (51) and
CreateAcls (30), https://kafka.apache.org/protocol.
"""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Literal, NamedTuple, TypeAlias

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.admin import CreateAclsRequest_v1, DescribeAclsRequest_v1
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import CompactArray, CompactBytes, CompactString, Int8, Int16, Int32, Schema, TaggedFields

from labelstream_common.messaging.kafka_access import KafkaAccess

_SCRAM_SHA_256 = 1
_ITERATIONS = 8_192
_TOPIC, _GROUP = 2, 3
_RESOURCES = {"topic": _TOPIC, "group": _GROUP}
_PATTERNS = {"literal": 3, "prefixed": 4}
_OPERATIONS = {
    "read": 3,
    "write": 4,
    "create": 5,
    "alter": 7,
    "describe": 8,
    "describe-configs": 10,
    "alter-configs": 11,
}
_DENY, _ALLOW = 2, 3
_ANY = 1
_LOOK_EVERY = 0.05


Operation = Literal["read", "write", "create", "alter", "describe", "describe-configs", "alter-configs"]


class Right(NamedTuple):
    """`user` may (or, not `allowed`, may never) do `operations` on topics or groups of this name, or that begin so."""

    user: str
    operations: tuple[Operation, ...]
    resource: Literal["topic", "group"]
    name: str
    pattern: Literal["literal", "prefixed"] = "literal"
    allowed: bool = True


class NotSetUp(Exception):
    """Kafka does not answer, or did not take a user or a right; the message says which and why."""


_Rule: TypeAlias = tuple[int, str, int, str, str, int, int]


class _CreateAcls(Request[CreateAclsRequest_v1]):  # type: ignore[misc]  # aiokafka has no types
    """Many rules at once, where aiokafka's own takes one."""

    API_KEY = 30

    def __init__(self, rules: Sequence[_Rule]) -> None:
        self._rules = rules

    def build(self, request_struct_class: type[CreateAclsRequest_v1]) -> CreateAclsRequest_v1:
        return request_struct_class(list(self._rules))


class _DescribeAcls(Request[DescribeAclsRequest_v1]):  # type: ignore[misc]  # aiokafka has no types
    """All rules; aiokafka's own request speaks a version whose form it does not have."""

    API_KEY = 29

    def build(self, request_struct_class: type[DescribeAclsRequest_v1]) -> DescribeAclsRequest_v1:
        return request_struct_class(_ANY, None, _ANY, None, None, _ANY, _ANY)


class _AlterScramResponse(Response):  # type: ignore[misc]  # aiokafka has no types
    API_KEY = 51
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "results",
            CompactArray(
                ("user", CompactString("utf-8")),
                ("error_code", Int16),
                ("error_message", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _AlterScramStruct(RequestStruct):  # type: ignore[misc]  # aiokafka has no types
    API_KEY = 51
    API_VERSION = 0
    FLEXIBLE_VERSION = True
    RESPONSE_TYPE = _AlterScramResponse
    SCHEMA = Schema(
        (
            "deletions",
            CompactArray(("name", CompactString("utf-8")), ("mechanism", Int8), ("tags", TaggedFields)),
        ),
        (
            "upsertions",
            CompactArray(
                ("name", CompactString("utf-8")),
                ("mechanism", Int8),
                ("iterations", Int32),
                ("salt", CompactBytes),
                ("salted_password", CompactBytes),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _AlterScram(Request[_AlterScramStruct]):  # type: ignore[misc]  # aiokafka has no types
    API_KEY = 51

    def __init__(self, passwords: Mapping[str, str]) -> None:
        self._passwords = passwords

    def build(self, request_struct_class: type[_AlterScramStruct]) -> _AlterScramStruct:
        return request_struct_class([], [_credential(*one) for one in self._passwords.items()], {})


def _credential(user: str, password: str) -> tuple[str, int, int, bytes, bytes, dict[int, bytes]]:
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    return user, _SCRAM_SHA_256, _ITERATIONS, salt, salted, {}


@asynccontextmanager
async def administering(access: KafkaAccess) -> AsyncIterator[AIOKafkaAdminClient]:
    """An administrator's client, while the block lasts. Raises NotSetUp for whatever Kafka says no to."""
    admin = AIOKafkaAdminClient(**access.arguments(), client_id="labelstream.users")
    try:
        await admin.start()
        yield admin
    except KafkaError as error:
        raise NotSetUp(repr(error)) from error
    finally:
        await admin.close()


async def set_passwords(admin: AIOKafkaAdminClient, passwords: Mapping[str, str]) -> None:
    """Makes the users, or gives them these passwords. Raises NotSetUp."""
    reply = await admin._send_to_controller(_AlterScram(passwords))
    for user, code, message, _ in reply.results:
        _check(user, code, message)


async def grant(admin: AIOKafkaAdminClient, rights: Sequence[Right]) -> None:
    """Adds the rights, and waits until they hold; one that is there already stays. Raises NotSetUp."""
    rules = [rule for right in rights for rule in _rules(right)]
    reply = await admin._send_to_controller(_CreateAcls(rules))
    for rule, (code, message) in zip(rules, reply.creation_responses, strict=True):
        _check(str(rule), code, message)
    # The controller has them; the broker that will be asked learns of them a moment later.
    while not set(rules) <= await _known(admin):  # noqa: ASYNC110 - a broker is asked
        await asyncio.sleep(_LOOK_EVERY)


async def _known(admin: AIOKafkaAdminClient) -> set[_Rule]:
    """The rules that a broker goes by."""
    reply = await admin._send_request(_DescribeAcls())
    _check("the rules", reply.error_code, reply.error_message)
    return {
        (resource, name, pattern, principal, host, operation, permission)
        for resource, name, pattern, rules in reply.resources
        for principal, host, operation, permission in rules
    }


def _rules(right: Right) -> Iterator[_Rule]:
    for operation in right.operations:
        yield (
            _RESOURCES[right.resource],
            right.name,
            _PATTERNS[right.pattern],
            f"User:{right.user}",
            "*",
            _OPERATIONS[operation],
            _ALLOW if right.allowed else _DENY,
        )


def _check(what: str, code: int, message: str | None) -> None:
    if code:
        raise NotSetUp(f"{what}: {for_code(code).__name__} {message or ''}")

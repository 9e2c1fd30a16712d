"""Pointers, nesting, entity tags, keys, secrets: the small rules of HTTP and logs."""

import asyncio
import contextlib
import json
import threading
import time
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, SecretStr, ValidationError

from labelstream_common.auth import AccountRole
from labelstream_common.http.body import MOST_PARTS, check_parts, parse_json, parsed_apart
from labelstream_common.http.conditional import etag_of, if_match_holds
from labelstream_common.http.errors import BodyTooDeep, BodyUnreadable, RequestInvalid
from labelstream_common.http.idempotency import body_hash
from labelstream_common.http.models import Body, Moment, Omittable, View
from labelstream_common.http.pointers import field_error_of_msgspec, field_errors, pointer_to
from labelstream_common.telemetry import metrics
from labelstream_common.telemetry.metric_names import DESCRIPTIONS, METRIC_NAMES
from labelstream_common.telemetry.secrets import HIDDEN, clean_text, without_secrets

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("body", [b"[" * 300 + b"]" * 300, b'{"a":' * 300 + b"1" + b"}" * 300, b"[" * 1_300_000])
def test_what_is_nested_too_deep_is_told_so(body: bytes) -> None:
    with pytest.raises(BodyTooDeep):
        parse_json(body)


def test_brackets_in_texts_are_not_nested() -> None:
    text = '[{"' * 5_000
    assert parse_json(json.dumps({"text": text}).encode()) == {"text": text}


@pytest.mark.parametrize(
    "body",
    [
        b'{"n":"' + b'\\"' * 2_000_000 + b'"}',
        b'\\"' * 2_000_000,
        b"[" * 4_000_000,
        b'{"[":' * 800_000,
        b"[" + b"[]," * 1_300_000 + b"[]]",
        b"[" + b"1," * 2_000_000 + b"1]",
        b"[" + b'"\\u0000",' * 99_000 + b'"' + b"x" * 3_000_000 + b'"]',
        b"[" + b'"",' * 99_000 + b'"' + b"\\u0000" * 600_000 + b'"]',
    ],
    ids=[
        "escaped quotes",
        "quotes of no text",
        "brackets",
        "objects",
        "empty lists",
        "numbers",
        "many texts with NUL",
        "a text of NUL",
    ],
)
def test_four_megabytes_are_looked_through_in_linear_time(body: bytes) -> None:
    began = time.process_time()
    with contextlib.suppress(BodyTooDeep, BodyUnreadable, RequestInvalid):  # refusing is as good; only the time counts
        asyncio.run(check_parts(body, MOST_PARTS))
        parse_json(body)
    assert time.process_time() - began < 0.5  # a tenth of that on a machine with nothing else to do


@pytest.mark.parametrize("part", [b"1", b"[]", b"{}", b'""'])
def test_more_values_than_a_request_needs_are_refused_unread(part: bytes) -> None:
    many = MOST_PARTS // (2 if part in (b"[]", b"{}") else 1)
    asyncio.run(check_parts(b"[" + part + (b"," + part) * (many - 2) + b"]", MOST_PARTS))
    with pytest.raises(RequestInvalid, match="values"):
        asyncio.run(check_parts(b"[" + part + (b"," + part) * (many + 1) + b"]", MOST_PARTS))


async def test_a_large_body_is_parsed_in_a_thread_and_a_small_one_where_it_is() -> None:
    here = threading.get_ident()
    assert await parsed_apart(threading.get_ident, bytes(64 * 1024)) == here
    assert await parsed_apart(threading.get_ident, bytes(64 * 1024 + 1)) != here


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes_are_json_or_refused(body: bytes) -> None:
    try:
        value = parse_json(body)
    except (BodyUnreadable, BodyTooDeep):
        return  # refused, which is as good
    assert orjson.loads(body) == value


@settings(deadline=None, max_examples=60)
@given(json_values)
async def test_equal_bodies_have_equal_hashes(value: Any) -> None:
    plain = await body_hash("key", orjson.dumps(value), b"")
    assert await body_hash("key", json.dumps(value, indent=3).encode(), b"") == plain
    assert await body_hash("key", orjson.dumps([value]), b"") != plain
    assert await body_hash("key", orjson.dumps(value), b"dry_run=true") != plain
    assert await body_hash("another key", orjson.dumps(value), b"") != plain


async def test_the_order_of_keys_does_not_count() -> None:
    plain = await body_hash("k", b'{"a": 1, "b": [2, 1]}', b"")
    assert await body_hash("k", b'{"b":[2,1],"a":1}', b"") == plain
    assert await body_hash("k", b'{"a": 1, "b": [1, 2]}', b"") != plain
    assert await body_hash("k", b"{}", b"") != await body_hash("other", b"{}", b"")


async def test_a_large_body_is_compared_byte_for_byte_and_keeps_nobody_waiting() -> None:
    body = orjson.dumps([{"b": number, "a": "x" * 100} for number in range(100_000)])
    waits: list[float] = []

    async def others() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            waits.append(time.perf_counter() - began)

    beside = asyncio.create_task(others())
    await asyncio.sleep(0.01)
    found = await body_hash("key", body, b"")
    beside.cancel()
    assert max(waits) < 0.05, max(waits)
    assert found == await body_hash("key", bytes(bytearray(body)), b"")
    assert found != await body_hash("other", body, b"")
    assert found != await body_hash("key", body, b"dry_run=true")
    assert found != await body_hash("key", body.replace(b"[", b"[ ", 1), b"")
    assert found != await body_hash("key", body[:-1] + b" ]", b"")


def test_pointers_escape_what_rfc_6901_says() -> None:
    assert pointer_to(["labels", 0, "a/b~c"]) == "/labels/0/a~1b~0c"
    assert pointer_to([]) == ""


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    name: str


class Outer(msgspec.Struct):
    labels: list[Inner]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"labels": [{"name": 1}]}', "/labels/0/name"),
        (b'{"labels": [{"name": "a", "x": 1}]}', "/labels/0/x"),
        (b"{}", "/labels"),
        (b"{", ""),
    ],
)
def test_msgspec_errors_name_the_field(body: bytes, pointer: str) -> None:
    with pytest.raises(msgspec.MsgspecError) as caught:
        msgspec.json.decode(body, type=Outer)
    assert field_error_of_msgspec(caught.value).pointer == pointer


@pytest.mark.parametrize(
    ("header", "holds"),
    [('"3"', True), ("*", True), ('"1", "3"', True), ('"4"', False), ('W/"3"', False), ("3", False), ("", False)],
)
def test_if_match(header: str, holds: bool) -> None:
    assert if_match_holds(header, etag_of(3)) is holds


def test_moments_are_rfc_3339_utc_with_milliseconds() -> None:
    class At(View):
        at: Moment

    moment = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert At(at=moment).model_dump_json() == '{"at":"2026-01-31T12:00:00.000Z"}'


class Asked(Body):
    number: int = 0
    flag: bool | None = None
    ratio: float = 0.0
    many: tuple[int, ...] = ()
    role: AccountRole = AccountRole.MEMBER
    at: datetime | None = None
    inner: "Asked | None" = None


@pytest.mark.parametrize(
    "body",
    [
        {"number": 1, "flag": True, "ratio": 2, "many": [1, 2], "role": "admin", "at": "2026-01-31T12:00:00Z"},
        {"inner": {"number": 1, "inner": {"many": []}}},
    ],
)
def test_bodies_take_json_as_it_is(body: dict[str, Any]) -> None:
    Asked.model_validate_json(json.dumps(body))


@pytest.mark.parametrize(
    "body",
    [
        {"number": "1"},
        {"number": 1.5},
        {"number": True},
        {"flag": "true"},
        {"flag": 1},
        {"ratio": "1"},
        {"many": ["1"]},
        {"role": "root"},
        {"other": 1},
        {"inner": {"number": "1"}},
        {"inner": {"other": 1}},
    ],
)
def test_bodies_take_no_text_for_numbers_and_no_unknown_fields(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Asked.model_validate_json(json.dumps(body))


class Changes(Body):
    name: Omittable[Annotated[str, Field(max_length=5)]] = None
    flag: Omittable[bool] = None
    role: Omittable[AccountRole] = None
    inner: Omittable[Asked] = None
    team: str | None = None


def test_a_field_that_may_be_left_out_is_never_null() -> None:
    assert Changes.model_validate({"team": None}) == Changes.model_validate({}) == Changes()
    for name in ("name", "flag", "role", "inner"):
        with pytest.raises(ValidationError) as caught:
            Changes.model_validate_json(json.dumps({name: None}))
        assert [error.pointer for error in field_errors(caught.value.errors())] == [f"/{name}"]


def test_a_field_that_may_be_left_out_keeps_its_other_rules() -> None:
    for body in ({"name": "too long"}, {"flag": 1}, {"role": "root"}, {"inner": {"number": "1"}}):
        with pytest.raises(ValidationError):
            Changes.model_validate_json(json.dumps(body))
    assert Changes.model_validate({"name": "short", "flag": False}).flag is False


def test_secrets_do_not_reach_the_log() -> None:
    jwt = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2ln"
    secret = {
        "password": "hunter2",
        "refresh_token": "abc",
        "nested": {"api_key": "k", "list": ["mongodb://u:pw@host/db", f"Bearer {jwt}", jwt]},
        "error": f"GET https://s3/x?X-Amz-Credential=AK&X-Amz-Signature=deadbeef failed with {jwt}",
        "link": "http://x/invitations/AbCdEfGhIjKlMnOpQrStUvWxYz",
        "setting": SecretStr("hidden-in-itself"),
        "headers": {"Authorization": "Basic xyz", "Cookie": "labelstream_session=1"},
    }
    text = str(without_secrets(secret))
    for leaked in ("hunter2", "abc'", "pw@", jwt, "deadbeef", "AK&", "AbCdEf", "hidden-in-itself", "xyz", "session=1"):
        assert leaked not in text, leaked
    assert HIDDEN in text


def test_what_is_no_secret_stays() -> None:
    fields = {"token": 7, "job": "j", "url": "http://host/path", "count": 3}
    assert without_secrets(fields) == fields
    assert clean_text("plain") == "plain"


def test_every_metric_is_described_and_exposed() -> None:
    assert set(METRIC_NAMES) == set(DESCRIPTIONS)
    exposition = metrics.exposition().decode()
    for name in METRIC_NAMES:
        assert f"# HELP {name} " in exposition, name

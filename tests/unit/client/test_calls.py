"""What the SDK sends for predictions, decisions, undo, differences and deletion, and what it refuses before sending."""

import ssl
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest
from tests.support.scripted_gateway import ScriptedGateway

import labelstream
from labelstream import Client, InvalidAddress, ItemFilter, PredictedLabel, Prediction, UnexpectedAnswer

RESULT = {"change_id": "c", "changed": 1}
OPERATION = {"id": "o", "kind": "k", "state": "succeeded"}
TOUCHED = {"dry_run": True, "samples": 2, "jobs": 1}
PREDICTION = Prediction(sample_id="s", labels=[PredictedLabel(name="cat", confidence=0.9)], model="m", version="2")
WHERE = ItemFilter(label=["cat", "dog"], label_match="all")


@pytest.mark.parametrize(
    ("call", "answer", "request_line", "body"),
    [
        (
            lambda client: client.annotations.predict("j", [PREDICTION], hard_above=0.5),
            RESULT,
            "POST /api/v1/jobs/j/predictions?hard_above=0.5",
            [{"sample_id": "s", "labels": [{"name": "cat", "confidence": 0.9}], "model": "m", "version": "2"}],
        ),
        (
            lambda client: client.annotations.confirm("j", ["s"], labels=["cat"]),
            RESULT,
            "POST /api/v1/jobs/j/items:confirm",
            {"sample_ids": ["s"], "labels": ["cat"]},
        ),
        (
            lambda client: client.annotations.reject("j", where=WHERE),
            RESULT,
            "POST /api/v1/jobs/j/items:reject",
            {"filter": {"label": ["cat", "dog"], "label_match": "all"}},
        ),
        (
            lambda client: list(client.audit.list("j", action="exported", after="2026-01-31T12:00:00Z")),
            {"items": []},
            "GET /api/v1/jobs/j/audit?action=exported&after=2026-01-31T12%3A00%3A00Z&limit=1000",
            None,
        ),
        (
            lambda client: list(client.audit.list()),
            {"items": []},
            "GET /api/v1/audit?limit=1000",
            None,
        ),
        (
            lambda client: client.annotators.send_email("j", "a/1"),
            {"id": "a/1", "letter": {"state": "queued", "at": "2026-01-31T12:00:00.000Z", "reason": None}},
            "POST /api/v1/jobs/j/annotators/a%2F1:send-email",
            None,
        ),
        (
            lambda client: client.mailbox.get("x"),
            {"id": "x", "to": "e@x.org", "subject": "s", "posted_at": "2026-01-31T12:00:00.000Z", "text": "t"},
            "GET /api/v1/mailbox/x",
            None,
        ),
        (
            lambda client: client.accounts.end_session("s/1"),
            None,
            "DELETE /api/v1/me/sessions/s%2F1",
            None,
        ),
        (
            lambda client: client.annotations.undo("j", "c/1"),
            RESULT,
            "POST /api/v1/jobs/j/changes/c%2F1:undo",
            None,
        ),
        (
            lambda client: list(client.changes.diff("j", 1, 2)),
            {"items": [{"sample_id": "s", "before": None, "after": {"labels": [], "status": "unlabeled"}}]},
            "GET /api/v1/jobs/j/diff?from=1&to=2&limit=1000",
            None,
        ),
        (
            lambda client: list(client.items.list("j", WHERE)),
            {"items": []},
            "GET /api/v1/jobs/j/items?label=cat&label=dog&label_match=all&limit=1000",
            None,
        ),
        (
            lambda client: client.datasets.delete_samples("d", ["s"], delete_source=True),
            OPERATION,
            "POST /api/v1/datasets/d/samples:delete",
            {"sample_ids": ["s"], "delete_source": True},
        ),
        (
            lambda client: client.datasets.touched_by_deleting_samples("d", path="a/*"),
            TOUCHED,
            "POST /api/v1/datasets/d/samples:delete?dry_run=true",
            {"filter": {"path": "a/*"}, "delete_source": False},
        ),
        (
            lambda client: client.datasets.restore_samples("d", ["s"]),
            OPERATION,
            "POST /api/v1/datasets/d/samples:restore",
            {"sample_ids": ["s"]},
        ),
        (lambda client: client.datasets.delete("d"), OPERATION, "DELETE /api/v1/datasets/d", None),
        (
            lambda client: client.jobs.touched_by_deletion("j"),
            {"items": 3, "labeled": 1, "labels": 2},
            "DELETE /api/v1/jobs/j?dry_run=true",
            None,
        ),
        (
            lambda client: client.labels.touched_by_deletion("j", "l"),
            {"items": 3, "labels": [{"label_id": "l", "name": "cat", "count": 3}], "images": 0},
            "DELETE /api/v1/jobs/j/labels/l?images=keep&dry_run=true",
            None,
        ),
        (
            lambda client: client.annotators.add("j", "e@x.org"),
            {"id": "a", "email": "e@x.org"},
            "POST /api/v1/jobs/j/annotators",
            {"email": "e@x.org"},
        ),
        (
            lambda client: client.annotators.add("j", member_id="m", role="reviewer"),
            {"id": "a"},
            "POST /api/v1/jobs/j/annotators",
            {"member_id": "m", "role": "reviewer"},
        ),
        (
            lambda client: client.teams.update("t", description="Nights"),
            {"id": "t", "name": "n"},
            "PATCH /api/v1/teams/t",
            {"description": "Nights"},
        ),
        (
            lambda client: list(client.teams.members("t", removed=True)),
            {"items": [{"id": "m", "email": None, "name": "Eve", "role": "labeler", "state": "removed"}]},
            "GET /api/v1/teams/t/members?removed=true&limit=1000",
            None,
        ),
        (lambda client: client.teams.remove_member("t", "m"), None, "DELETE /api/v1/teams/t/members/m", None),
        (lambda client: list(client.teams.members("t")), {"items": []}, "GET /api/v1/teams/t/members?limit=1000", None),
        (
            lambda client: client.accounts.change_password(current="a", new="b"),
            {},
            "POST /api/v1/me/password",
            {"current_password": "a", "new_password": "b"},
        ),
        (
            lambda client: client.datasets.update("d", auto_sync=False),
            {"id": "d", "name": "n", "source": {"bucket": "b", "prefix": ""}},
            "PATCH /api/v1/datasets/d",
            {"auto_sync": False},
        ),
        (
            lambda client: client.items.stats_of("j", ["s"]),
            {"total": 1},
            "POST /api/v1/jobs/j/stats",
            {"sample_ids": ["s"]},
        ),
        (
            lambda client: client.annotations.apply("j", ["s"], replace=("cat", "dog")),
            RESULT,
            "POST /api/v1/jobs/j/annotations",
            {"sample_ids": ["s"], "replace": {"from": "cat", "to": "dog"}},
        ),
        (
            lambda client: client.jobs.update("j", owner_id="a"),
            {"id": "j", "name": "n", "dataset_id": "d"},
            "PATCH /api/v1/jobs/j",
            {"owner_id": "a"},
        ),
    ],
)
def test_each_call_is_what_the_contract_says(
    gateway: ScriptedGateway, call: Callable[[Client], Any], answer: object, request_line: str, body: object
) -> None:
    gateway.then(200, answer)
    with gateway.blocking() as client:
        call(client)
    (request,) = gateway.requests
    assert f"{request.method} {request.url.raw_path.decode()}" == request_line
    assert (msgspec.json.decode(request.content) if request.content else None) == body


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.annotations.apply("j", ["s"], add="cat"),
        lambda client: client.annotations.apply("j", ["s"], remove="cat"),
        lambda client: client.annotations.apply("j", ["s"], set="cat"),
        lambda client: client.annotations.apply("j", "s", add=["cat"]),
        lambda client: client.annotations.confirm("j", "s"),
        lambda client: client.annotations.reject("j", ["s"], labels="cat"),
        lambda client: client.labels.merge("j", "cat", into="dog"),
        lambda client: client.jobs.create("n", dataset_id="d", labels="cat"),
        lambda client: client.datasets.delete_samples("d", "s"),
        lambda client: client.items.stats("j", ItemFilter(label="cat")),  # type: ignore[arg-type]  # the mistake
    ],
)
def test_a_string_where_a_list_belongs_is_refused_before_anything_is_sent(
    gateway: ScriptedGateway, call: Callable[[Client], Any]
) -> None:
    with (
        gateway.blocking() as client,
        pytest.raises(TypeError, match=r"must be a list of strings, not a single string"),
    ):
        call(client)
    assert not gateway.requests


@pytest.mark.parametrize("who", [{}, {"email": "e@x.org", "member_id": "m"}])
def test_an_annotator_is_named_by_address_or_as_a_member(gateway: ScriptedGateway, who: dict[str, str]) -> None:
    with gateway.blocking() as client, pytest.raises(ValueError, match="either an e-mail address or a member_id"):
        client.annotators.add("j", **who)  # type: ignore[arg-type]  # the mistake
    assert not gateway.requests


@pytest.mark.parametrize("url", ["localhost:8080", "127.0.0.1", "", "ftp://host", "http://", "http://[", "http://h:x"])
def test_an_address_that_cannot_be_a_gateways_fails_at_once(url: str) -> None:
    with pytest.raises(InvalidAddress, match="is not the address of a gateway"):
        Client(url)
    assert issubclass(InvalidAddress, ValueError)


def test_certificates_are_loaded_only_where_a_connection_may_need_them(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    def load(*_: object, **__: object) -> ssl.SSLContext:
        loaded.append("certificates")
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    monkeypatch.setattr(ssl, "create_default_context", load)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    Client("http://gateway").close()
    assert not loaded
    Client("https://gateway").close()
    assert loaded
    loaded.clear()
    monkeypatch.setenv("https_proxy", "https://proxy")
    Client("http://gateway").close()
    assert loaded


def test_a_page_of_something_else_is_no_answer(gateway: ScriptedGateway) -> None:
    gateway.answers.append(httpx.Response(200, content=b"<html>"))
    with gateway.blocking() as client, pytest.raises(UnexpectedAnswer, match="GET /me"):
        client.accounts.me()


def test_every_public_name_is_there_and_comes_from_its_home() -> None:
    assert set(labelstream._HOMES) == set(labelstream.__all__) <= set(dir(labelstream))
    for name in labelstream.__all__:
        assert getattr(labelstream, name) is not None
    with pytest.raises(AttributeError, match="nothing"):
        labelstream.nothing  # noqa: B018

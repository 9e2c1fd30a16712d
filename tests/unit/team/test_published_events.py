"""Every domain event becomes the message that the contract describes, without secrets."""

from datetime import UTC, datetime

import orjson
import pytest

from labelstream_contracts.registry import decode
from team_service.adapters.publishing import encode
from team_service.domain import events
from team_service.domain.accounts import Account, AccountId, AccountRole
from team_service.domain.emails import Email
from team_service.domain.members import Member, MemberId, MemberRole, Person, Scope

_NOW = datetime(2026, 1, 31, tzinfo=UTC)
_LATER = datetime(2026, 2, 1, tzinfo=UTC)
_ACCOUNT = Account(AccountId("a1"), Email("ada@example.org"), "Ada", AccountRole.MEMBER, _NOW, password_hash="argon2…")
_ANNOTATOR = Member.added(MemberId("m1"), Scope.job("j1"), Person.of(_ACCOUNT), MemberRole.REVIEWER, _NOW)
_MEMBER = Member.added(
    MemberId("m2"), Scope.team("t1"), Person(Email("bob@example.org"), "bob"), MemberRole.LABELER, _NOW
)


@pytest.mark.parametrize(
    ("event", "event_type", "key", "subject"),
    [
        (events.AccountCreated(_ACCOUNT, _LATER), "labeling.account.created.v1", "a1", "a1"),
        (events.AccountUpdated(_ACCOUNT, _LATER), "labeling.account.updated.v1", "a1", "a1"),
        (events.AccountDisabled(_ACCOUNT, _LATER), "labeling.account.disabled.v1", "a1", "a1"),
        (events.MemberAdded(_ANNOTATOR, "a0", _LATER), "labeling.member.added.v1", "j1", "m1"),
        (events.MemberRoleChanged(_ANNOTATOR, "a0", _LATER), "labeling.member.role-changed.v1", "j1", "m1"),
        (events.MemberRemoved(_ANNOTATOR.removed(), "a0", _LATER), "labeling.member.removed.v1", "j1", "m1"),
        (events.MemberInvited(_MEMBER.invited(), "a0", _LATER), "labeling.member.invited.v1", "t1", "m2"),
    ],
)
def test_each_event_is_published_by_its_contract(event: object, event_type: str, key: str, subject: str) -> None:
    message = encode(event)
    assert (message.type, message.key, message.subject) == (event_type, key, subject)
    assert message.value is not None
    payload = decode(message.type, message.value)
    assert (payload.sequence(), payload.at) == (message.version, _LATER)
    assert b"argon2" not in message.value


def test_an_annotator_without_an_account_is_told_so() -> None:
    message = encode(events.MemberAdded(_MEMBER, "a0", _LATER))
    assert message.value is not None
    payload = orjson.loads(message.value)
    assert (payload["scope"], payload["team_id"], payload["account_id"], payload["state"]) == (
        "team",
        "t1",
        None,
        "not_invited",
    )


def test_what_is_no_event_is_refused() -> None:
    with pytest.raises(TypeError):
        encode(object())

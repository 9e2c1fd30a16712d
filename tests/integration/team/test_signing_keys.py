"""The keys that sign tokens: one at a time, whoever makes them, and none is lost to a verifier."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from tests.integration.team.people import ADMIN_EMAIL, ADMIN_PASSWORD, Platform

from labelstream_common.clock import SystemClock
from team_service.application.ports import Ports
from team_service.application.signing_keys import current_key, public_keys, revoke_others, rotate, rotate_if_due


class _Later:
    def __init__(self, by: timedelta) -> None:
        self._by = by

    def now(self):  # type: ignore[no-untyped-def]
        return SystemClock().now() + self._by


async def test_a_rotation_publishes_first_and_signs_later(platform: Platform) -> None:
    ports: Ports = platform.service.app.state.ports
    before = await current_key(ports, ports.clock.now())
    (made,) = {key.id for key in await asyncio.gather(*(rotate(ports) for _ in range(4)))}
    after = await current_key(ports, ports.clock.now())
    assert after.id == before.id
    assert [key["kid"] for key in await public_keys(ports)] == [made, before.id]
    soon = ports.clock.now() + timedelta(minutes=11)
    assert (await current_key(ports, soon)).sequence > before.sequence


async def test_the_schedule_makes_a_key_when_the_newest_is_old_and_forgets_ended_ones(platform: Platform) -> None:
    ports: Ports = platform.service.app.state.ports
    newest = max((await ports.signing_keys.all()), key=lambda key: key.sequence)
    await rotate_if_due(ports)
    assert max((await ports.signing_keys.all()), key=lambda key: key.sequence).id == newest.id
    month = replace(ports, clock=_Later(timedelta(days=31)))
    await rotate_if_due(month)
    made = max((await ports.signing_keys.all()), key=lambda key: key.sequence)
    assert made.sequence == newest.sequence + 1
    await rotate_if_due(replace(ports, clock=_Later(timedelta(days=31, hours=2))))
    assert [key.id for key in await ports.signing_keys.all()] == [made.id]


async def test_revoking_ends_tokens_of_other_keys(platform: Platform) -> None:
    ports: Ports = platform.service.app.state.ports
    admin = await platform.signed_in(ADMIN_EMAIL, ADMIN_PASSWORD)
    made = await rotate(ports, at_once=True)
    assert await revoke_others(ports, made) >= 1
    assert [key["kid"] for key in await public_keys(ports)] == [made.id]
    fresh = await platform.signed_in(ADMIN_EMAIL, ADMIN_PASSWORD)
    await asyncio.sleep(2.1)  # verifiers look for an unknown key at most every two seconds
    assert (await fresh.get("/me")).status_code == 200
    assert (await admin.get("/me")).status_code == 401

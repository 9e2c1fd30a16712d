"""Making, publishing and retiring the keys that sign tokens.

Every replica may do this at any time: the sequence number, which is unique, settles who was first.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from labelstream_common.errors import Unavailable
from labelstream_common.tasks import rest
from team_service.application.ports import Ports
from team_service.domain.signing_keys import (
    ROTATE_EVERY,
    SigningKey,
    next_signs_from,
    published,
    rotation_due,
    signer,
)

LOOK_EVERY = 60.0


class NoSigningKey(Unavailable):
    code = "no-signing-key"

    def __init__(self) -> None:
        super().__init__("There is no key for signing tokens yet.", retry_after=1.0)


async def current_key(ports: Ports, now: datetime) -> SigningKey:
    """The key that signs now; the very first is made on the spot."""
    found = signer(await ports.signing_keys.all(), now)
    if found is None:
        await rotate_if_due(ports)
        found = signer(await ports.signing_keys.all(), now)
    if found is None:
        raise NoSigningKey
    return found


async def public_keys(ports: Ports) -> Sequence[Mapping[str, str]]:
    """The JSON Web Keys that tokens may be signed with, now or in a few minutes; at least one."""
    now = ports.clock.now()
    await current_key(ports, now)
    return [key.public for key in published(await ports.signing_keys.all(), now)]


async def rotate(ports: Ports, *, at_once: bool = False) -> SigningKey:
    """Makes the next key. It signs in ten minutes, or `at_once` where the present one became known to others."""
    return await _make_after(await ports.signing_keys.all(), ports, at_once=at_once)


async def _make_after(keys: Sequence[SigningKey], ports: Ports, *, at_once: bool = False) -> SigningKey:
    """The key that follows `keys`: replicas that saw the same keys make one between them."""
    now = ports.clock.now()
    sequence = max((key.sequence for key in keys), default=0) + 1
    made = ports.key_maker.make(sequence, now, now if at_once else next_signs_from(keys, now))
    return await ports.signing_keys.add(made)


async def revoke_others(ports: Ports, keep: SigningKey) -> int:
    """Takes every other key away, so that their tokens end as soon as verifiers look; how many."""
    others = [key.id for key in await ports.signing_keys.all() if key.id != keep.id]
    await ports.signing_keys.remove(others)
    return len(others)


async def rotate_if_due(ports: Ports, every: timedelta = ROTATE_EVERY) -> None:
    """The scheduled rotation; also forgets keys whose last token has ended."""
    keys = await ports.signing_keys.all()
    now = ports.clock.now()
    if rotation_due(keys, now, every):
        await _make_after(keys, ports)
    living = {key.id for key in published(keys, now)}
    ended = [key.id for key in keys if key.id not in living]
    if ended:
        await ports.signing_keys.remove(ended)


async def keep_rotating(ports: Ports, every: timedelta, stop: asyncio.Event) -> None:
    """Looks once a minute whether a rotation is due, until `stop`."""
    while not stop.is_set():
        await rotate_if_due(ports, every)
        await rest(stop, LOOK_EVERY)

"""A service as its `bootstrap.build` gives it: all parts wired, nothing started."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from fastapi import FastAPI

from labelstream_common.messaging import Follower
from labelstream_common.mongo import Client, Database, Index
from labelstream_common.runtime.settings import CommonSettings
from labelstream_contracts.topics import TopicSpec


class Role(StrEnum):
    """What a process does for its service. Every role may run many times; the relay holds a lease.

    `inspect` is sync-service's alone: it reads images in the background.
    """

    API = "api"
    CONSUMERS = "consumers"
    RELAY = "relay"
    INSPECT = "inspect"


class BackgroundTask(NamedTuple):
    """Work that goes on until `stop` is set. The supervisor starts it again when it raises."""

    name: str
    run: Callable[[asyncio.Event], Awaitable[None]]


async def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Service:
    """`topics` are those it publishes. `upgrades` bring what an earlier release has stored into the present form, in
    order, and bear repetition: `migrate` runs them each time. `close` releases what `build` opened.
    """

    name: str
    app: FastAPI
    settings: CommonSettings
    client: Client
    database: Database
    indexes: Sequence[Index] = ()
    collections: Sequence[str] = ()
    upgrades: Sequence[Callable[[], Awaitable[None]]] = ()
    topics: Sequence[TopicSpec] = ()
    followers: Sequence[Follower] = ()
    background: Mapping[Role, Sequence[BackgroundTask]] = field(default_factory=dict)
    start: Callable[[], Awaitable[None]] = _nothing
    close: Callable[[], Awaitable[None]] = _nothing

"""Passwords hashed with argon2id, in threads of their own: a hash takes 46 MiB and tens of milliseconds."""

import asyncio
import functools
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError
from pwdlib.hashers.argon2 import Argon2Hasher

from labelstream_common.errors import TooManyRequests
from team_service.domain.passwords import prepared

P = ParamSpec("P")
T = TypeVar("T")

# OWASP's first choice for argon2id (Password Storage Cheat Sheet): 46 MiB, one pass, one lane.
MEMORY_KIB: Final = 46 * 1024
THREADS: Final = 2
MOST_WAITING: Final = 64
_NICENESS: Final = 5


class SignInBusy(TooManyRequests):
    code = "sign-in-busy"

    def __init__(self) -> None:
        super().__init__("Too many people are signing in at the moment. Try again shortly.", retry_after=1.0)


def _behind_others() -> None:
    """A hash takes a whole processor: what others wait for goes first. Only Linux has priorities of single threads."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        niceness = max(
            _NICENESS, os.getpriority(os.PRIO_PROCESS, thread)
        )  # of a process that is nicer: nobody may be less
        os.setpriority(os.PRIO_PROCESS, thread, niceness)


class Argon2Passwords:
    """At most two hashes at a time and 64 that wait; whoever comes then is refused, so that memory stays bounded."""

    def __init__(self) -> None:
        self._hasher = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=MEMORY_KIB, parallelism=1),))
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="passwords", initializer=_behind_others)
        self._waiting = 0
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        return await self._in_thread(self._hasher.hash, prepared(password))

    async def verify(self, password: str, password_hash: str | None) -> bool:
        if password_hash is None:
            if self._nobodys is None:
                self._nobodys = await self.hash("nobody has this password")
            await self._in_thread(self._holds, password, self._nobodys)
            return False
        return await self._in_thread(self._holds, password, password_hash)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _holds(self, password: str, password_hash: str) -> bool:
        # A hash may be of the password as it was typed: older ones were made without preparing it.
        spellings = dict.fromkeys((prepared(password), password))
        try:
            return any(self._hasher.verify(spelling, password_hash) for spelling in spellings)
        except PwdlibError:
            return False  # a hash of an unknown kind fits no password

    async def _in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._waiting >= MOST_WAITING:
            raise SignInBusy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, functools.partial(work, *args, **kwargs)
            )
        finally:
            self._waiting -= 1

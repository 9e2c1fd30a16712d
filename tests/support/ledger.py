"""What clients were told: every labeling request with its answer, for the checker to hold against what happened.

Each request adds a label of its own, so that its effect can be told from every other's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import httpx

from labelstream_common.ids import new_id

Outcome = Literal["ok", "refused", "unknown"]

# Nothing was or will be done after these answers (gateway-api: 4xx, and 503 with Retry-After).
_NEVER_DONE = frozenset({400, 401, 403, 404, 409, 410, 412, 413, 422, 429, 503})


@dataclass(frozen=True)
class Attempt:
    """One request: its own label, the items it asked for, and what came back. `changed` only when it is ok."""

    label: str
    sample_ids: tuple[str, ...]
    outcome: Outcome
    change_id: str | None = None
    changed: int = 0
    detail: str = ""


@dataclass
class Ledger:
    """The attempts of all clients on one job, in the order of their answers."""

    job_id: str
    attempts: list[Attempt] = field(default_factory=list)

    def by_outcome(self, outcome: Outcome) -> list[Attempt]:
        return [attempt for attempt in self.attempts if attempt.outcome == outcome]

    async def label(self, client: httpx.AsyncClient, sample_ids: Sequence[str]) -> Attempt:
        """Label items once, without a retry, and note what the client was told."""
        attempt = await self._attempt(client, f"l-{new_id()}", tuple(sample_ids))
        self.attempts.append(attempt)
        return attempt

    async def repeat(self, client: httpx.AsyncClient, attempt: Attempt) -> Attempt:
        """Send an attempt once more under its key; the answer takes the place of the earlier one."""
        again = await self._attempt(client, attempt.label, attempt.sample_ids)
        self.attempts[self.attempts.index(attempt)] = again
        return again

    async def _attempt(self, client: httpx.AsyncClient, label: str, sample_ids: tuple[str, ...]) -> Attempt:
        body = {"sample_ids": list(sample_ids), "add": [label]}
        try:
            reply = await client.post(
                f"/api/v1/jobs/{self.job_id}/annotations", json=body, headers={"Idempotency-Key": label}
            )
        except httpx.ConnectError as error:  # no connection, so nothing was sent
            return Attempt(label, sample_ids, "refused", detail=repr(error))
        except httpx.TransportError as error:
            return Attempt(label, sample_ids, "unknown", detail=repr(error))
        if reply.status_code == 200:
            answer = reply.json()
            return Attempt(label, sample_ids, "ok", answer["change_id"], answer["changed"])
        outcome: Outcome = "refused" if reply.status_code in _NEVER_DONE else "unknown"
        return Attempt(label, sample_ids, outcome, detail=f"{reply.status_code} {reply.text[:200]}")

"""The audit: who did what that matters for security or cannot be undone. Entries are kept, and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody or something in the audit; `id` is None where there is none, or none that is known."""

    kind: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`address` is where the request came from. `detail` never holds what was typed, nor a secret."""

    id: str
    at: datetime
    action: str
    actor: Named
    subject: Named
    job_id: str | None = None
    address: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are looked for; None is any. The window excludes `after` and includes `before`."""

    job_id: str | None = None
    action: str | None = None
    actor_id: str | None = None
    after: datetime | None = None
    before: datetime | None = None

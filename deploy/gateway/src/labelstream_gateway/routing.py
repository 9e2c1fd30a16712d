"""Which service answers a path: the one table that nginx's configuration and the one-process dispatcher are made from.

Rules are tried in order and the first match answers. `*` stands for one segment up to its verb, `**` for anything that
follows: nothing, more segments or a verb. Regular expressions made from them mean the same to Python and to nginx.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

API = "/api/v1"


class Target(StrEnum):
    """Who answers. Services have the names of their processes."""

    JOB = "job-service"
    LABEL = "label-service"
    SYNC = "sync-service"
    TEAM = "team-service"
    EDGE = "edge"


SERVICES = (Target.JOB, Target.LABEL, Target.SYNC, Target.TEAM)


class Flow(StrEnum):
    """How the bytes pass: `streamed` replies leave as they come and may take long."""

    PLAIN = "plain"
    STREAMED = "streamed"


class Bodies(StrEnum):
    """The largest body of any route that a rule leads to, as nginx writes it. Most routes take less."""

    SMALL = "16k"
    USUAL = "16m"
    LABEL_SETS = "64m"


@dataclass(frozen=True)
class Rule:
    """One line of the table."""

    pattern: str
    target: Target
    flow: Flow = Flow.PLAIN
    bodies: Bodies = Bodies.USUAL

    @property
    def regex(self) -> str:
        text = re.escape(self.pattern).replace(r"\-", "-")
        if text.endswith(r"\*\*"):
            tail = ".*" if self.pattern.endswith("-**") else "(?:[/:].*)?"
            text = text.removesuffix("/" + r"\*\*").removesuffix(r"\*\*") + tail
        return "^" + text.replace(r"\*", "[^/:]+") + "$"


TABLE: tuple[Rule, ...] = (
    Rule("/.well-known/jwks.json", Target.TEAM),
    *(Rule(f"{API}/{noun}/**", Target.TEAM, bodies=Bodies.SMALL) for noun in ("auth", "invitations")),
    *(Rule(f"{API}/{noun}/**", Target.TEAM) for noun in ("me", "accounts", "teams", "audit", "mailbox")),
    *(Rule(f"{API}/jobs/*/{noun}/**", Target.TEAM) for noun in ("annotators", "people", "audit")),
    Rule(f"{API}/datasets/*/samples/*/content", Target.SYNC, Flow.STREAMED),
    Rule(f"{API}/datasets/**", Target.SYNC),
    Rule(f"{API}/sources/**", Target.SYNC),
    Rule(f"{API}/jobs/*:sync", Target.SYNC),
    Rule(f"{API}/jobs/*/changes/stream", Target.LABEL, Flow.STREAMED),
    *(Rule(f"{API}/jobs/*/{noun}", Target.LABEL, Flow.STREAMED) for noun in ("export", "quality")),
    Rule(f"{API}/jobs", Target.JOB, bodies=Bodies.LABEL_SETS),
    Rule(f"{API}/jobs/*", Target.JOB),
    *(Rule(f"{API}/jobs/*:{verb}", Target.JOB) for verb in ("complete", "reopen", "archive")),
    *(Rule(f"{API}/jobs/*/{noun}/**", Target.JOB) for noun in ("progress", "auto-labeling")),
    Rule(f"{API}/jobs/*/**", Target.LABEL),
    Rule(f"{API}/webhooks/**", Target.LABEL),
    Rule(f"{API}/operations/job-**", Target.JOB),
    Rule(f"{API}/operations/label-**", Target.LABEL),
    Rule(f"{API}/operations/sync-**", Target.SYNC),
    Rule(f"{API}/operations/team-**", Target.TEAM),
)
"""What no rule names belongs to the edge: its own pages, the console, and 404 for the rest."""

JOB_OF_PATH = rf"^{re.escape(API)}/jobs/(?P<job>[^/:]+)"
"""Requests of one job are sent to one process, so that its commits meet in one lane."""

_COMPILED = re.compile("|".join(f"(?P<rule{number}>{rule.regex})" for number, rule in enumerate(TABLE)))


def rule_of(path: str) -> Rule | None:
    """The rule that a decoded path falls under; None for the edge's own."""
    match = _COMPILED.match(path)
    if match is None or match.lastgroup is None:
        return None
    return TABLE[int(match.lastgroup.removeprefix("rule"))]


def target_of(path: str) -> Target:
    rule = rule_of(path)
    return rule.target if rule else Target.EDGE

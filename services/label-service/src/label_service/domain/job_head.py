"""What a commit needs of its job, besides labels, counts and items."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from label_service.domain.dealing import Dealing
from label_service.domain.ownership import Share
from labelstream_contracts.team_settings import DEFAULT_TEAM_SETTINGS, TeamSettings


@dataclass(frozen=True, slots=True)
class JobHead:
    """What a commit needs of the job: where its numbering stands, what it follows, how many commits it has had, whether
    it is open to changes, and how its team works. `team` is what job-service has set last, `dealing` what its items are
    dealt by, `shares` what each person has of them."""

    id: str
    dataset_id: str
    seq: int
    applied_rev: int
    commits: int = 0
    state: str = "active"
    team: TeamSettings = DEFAULT_TEAM_SETTINGS
    dealing: Dealing | None = None
    shares: Mapping[str, Share] = field(default_factory=dict)
    worked: Mapping[str, datetime] = field(default_factory=dict)
    """When each person answered last."""
    known_edits: int = 0
    """How often its known answers were replaced or changed."""
    shares_told: bool = False
    """Whether others have been told of `shares`: earlier releases told nobody. From then on, what moves is told."""

"""job-service's collections.

| collection | one document for |
|---|---|
| `jobs` | a job; a deleted one stays, marked |
| `datasets` | a dataset, as far as jobs need it |
| `synchronizations` | a synchronization that was noted, for 30 days |
| `progress` | a job's totals and the `seq` they stand at |
| `progress_labels` | a label of a job: its count, and its name as of a `seq` |
| `progress_actors` | what one actor did in a job, from its beginning |
| `progress_days` | what was done in a job on one day |
| `progress_work` | what one actor did in a job on one day, since releases have counted that |
| `progress_shares` | what one labeler has of a job, and the commit that told of it last |
| `people` | an account's name |
| `teams` | a team and who made it; a deleted one stays, marked |
| `team_members` | a member of a team |
"""

from labelstream_common.mongo import Index

JOBS = "jobs"
DATASETS = "datasets"
SYNCHRONIZATIONS = "synchronizations"
PROGRESS = "progress"
PROGRESS_LABELS = "progress_labels"
PROGRESS_ACTORS = "progress_actors"
PROGRESS_DAYS = "progress_days"
PROGRESS_WORK = "progress_work"
PROGRESS_SHARES = "progress_shares"
PEOPLE = "people"
TEAMS = "teams"
TEAM_MEMBERS = "team_members"

COLLECTIONS = (
    JOBS,
    DATASETS,
    SYNCHRONIZATIONS,
    PROGRESS,
    PROGRESS_LABELS,
    PROGRESS_ACTORS,
    PROGRESS_DAYS,
    PROGRESS_WORK,
    PROGRESS_SHARES,
    PEOPLE,
    TEAMS,
    TEAM_MEMBERS,
)

_SYNCHRONIZATIONS_KEPT_FOR = 30 * 24 * 60 * 60

INDEXES = (
    Index(JOBS, (("owner_id", 1), ("_id", 1)), "owner"),
    Index(JOBS, (("name_folded", 1), ("_id", 1)), "name"),
    Index(JOBS, (("dataset_id", 1),), "dataset"),
    Index(SYNCHRONIZATIONS, (("at", 1),), "expiry", expire_after_seconds=_SYNCHRONIZATIONS_KEPT_FOR),
    Index(TEAM_MEMBERS, (("team_id", 1),), "team"),
    Index(PROGRESS_LABELS, (("job_id", 1),), "job"),
    Index(PROGRESS_ACTORS, (("job_id", 1),), "job"),
    Index(PROGRESS_DAYS, (("job_id", 1), ("day", 1)), "job_day"),
    Index(PROGRESS_WORK, (("job_id", 1), ("day", 1)), "job_day"),
)

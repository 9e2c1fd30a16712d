"""The collections of label-service and their indexes.

`items` is the large one, and has four indexes, the one of `_id` included: each costs every bulk commit a tenth of its
speed or more, whether the commit touches it or not, and the more there are the more each costs. So whatever else is
looked for is a word in `facets`. Paths are indexed once for all jobs of a dataset, at its samples.
"""

from labelstream_common.mongo import Index

JOBS = "jobs"
LABELS = "labels"
ITEMS = "items"
REMOVED_ITEMS = "removed_items"
SAMPLES = "samples"
DATASETS = "datasets"
PREPARATIONS = "preparations"
IDLE_CHANGES = "idle_changes"
DEALINGS = "dealings"
ACCEPTANCES = "acceptances"
ACCEPTANCE_SAMPLES = "acceptance_samples"
ACCEPTANCE_JUDGEMENTS = "acceptance_judgements"
HARDNESS_MOVES = "hardness_moves"

COLLECTIONS = (
    *(JOBS, LABELS, ITEMS, REMOVED_ITEMS, SAMPLES, DATASETS, PREPARATIONS, IDLE_CHANGES, DEALINGS),
    *(ACCEPTANCES, ACCEPTANCE_SAMPLES, ACCEPTANCE_JUDGEMENTS, HARDNESS_MOVES),
)

PATH_INDEX, NAME_INDEX = "path", "name"

ITEM_INDEXES = (
    Index(ITEMS, (("facets", 1), ("_id", 1)), "facets"),
    Index(ITEMS, (("job", 1), ("labeled_at", 1), ("_id", 1)), "labeled_at", partial={"labeled_at": {"$type": "date"}}),
    Index(ITEMS, (("job", 1), ("hardness", -1), ("_id", 1)), "hardness", partial={"hardness": {"$type": "number"}}),
)

INDEXES = (
    *ITEM_INDEXES,
    Index(REMOVED_ITEMS, (("gives_to", 1), ("_id", 1)), "gives_to", partial={"gives_to": {"$type": "string"}}),
    Index(JOBS, (("dataset_id", 1), ("applied_rev", 1)), "dataset"),
    Index(LABELS, (("job_id", 1), ("_id", 1)), "job_id"),
    Index(LABELS, (("job_id", 1), ("name", 1)), "name", unique=True, partial={"hidden": False}),
    Index(SAMPLES, (("dataset_id", 1), ("rev", 1)), "rev", unique=True),
    Index(SAMPLES, (("dataset_id", 1), ("path_key", 1), ("_id", 1)), PATH_INDEX),
    Index(SAMPLES, (("dataset_id", 1), ("name_key", 1), ("_id", 1)), NAME_INDEX),
    Index(ACCEPTANCES, (("job_id", 1), ("_id", -1)), "job_id"),
    Index(ACCEPTANCES, (("job_id", 1),), "open", unique=True, partial={"open": True}),
    Index(DEALINGS, (("due", 1),), "due", partial={"due": True}),
    Index(DATASETS, (("behind", 1),), "behind", partial={"behind": True}),
    Index(IDLE_CHANGES, (("at", 1),), "expiry", expire_after_seconds=30 * 24 * 3600),
    Index("changes", (("stream", 1), ("seq", 1)), "labels", partial={"labels": True}),
    Index("changes", (("change_ids", 1), ("seq", 1)), "change_seq", partial={"change_ids": {"$exists": True}}),
)

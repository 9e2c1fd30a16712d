"""This service's collections and their indexes.

A sample's `_id` is `<dataset>:<sample>`: the primary index then gives a dataset's samples in the order they were added,
and `place` the same in the order of a listing. There is no third one over all samples: each costs every synchronized
object. `gone` holds only those whose objects left, `lost` those in the trash whose objects left, `imported` those that
lie outside of their dataset's own source.
"""

from labelstream_common.mongo import Index

DATASETS = "datasets"
SAMPLES = "samples"
SCHEDULE = "schedule"
DISCARDS = "discards"
SYNCHRONIZING = "synchronizing"
PASSED_OVER = "passed_over"
SOURCES = "sources"
SOURCE_USES = "source_uses"
EXPORTED_FOLDERS = "exported_folders"
VERSIONS = "versions"
VERSION_ROWS = "version_rows"
VERSION_LABELS = "version_labels"
VERSION_DIFFERENCES = "version_differences"
INSPECTIONS = "inspections"
INSPECTION_DUE = "inspection_due"
IMPORTS = "imports"
REJECTIONS = "rejections"
UPLOAD_TICKETS = "upload_tickets"
SYNCHRONIZATIONS = "synchronizations"
SET_ASIDE = "set_aside"
LEFT_OUT = "left_out"
PREVIEWS = "previews"

# An index of the few samples that were deleted: it costs the others nothing.
TRASH = "trash"

COLLECTIONS = (
    *(DATASETS, SAMPLES, SCHEDULE, DISCARDS, SYNCHRONIZING, PASSED_OVER),
    *(SOURCES, SOURCE_USES, EXPORTED_FOLDERS),
    *(VERSIONS, VERSION_ROWS, VERSION_LABELS, VERSION_DIFFERENCES),
    *(IMPORTS, REJECTIONS, UPLOAD_TICKETS, PREVIEWS, SYNCHRONIZATIONS, SET_ASIDE, LEFT_OUT),
    *(INSPECTIONS, INSPECTION_DUE),
)
INDEXES = (
    Index(DATASETS, (("created_by", 1), ("_id", 1)), "creator"),
    Index(DATASETS, (("bucket", 1),), "bucket"),
    Index(SAMPLES, (("dataset_id", 1), ("bucket", 1), ("path", 1)), "place", unique=True),
    Index(SAMPLES, (("dataset_id", 1), ("changed_at", 1)), "gone", partial={"presence": "removed"}),
    Index(SAMPLES, (("dataset_id", 1), ("lost_at", 1)), "lost", partial={"lost_at": {"$exists": True}}),
    Index(SAMPLES, (("bucket", 1), ("path", 1)), "imported", partial={"imported_by": {"$exists": True}}),
    Index(VERSIONS, (("dataset_id", 1), ("id", -1)), "dataset"),
    Index(SAMPLES, (("dataset_id", 1), ("_id", 1)), TRASH, partial={"presence": "deleted"}),
    Index(INSPECTIONS, (("dataset_id", 1), ("sha256", 1), ("_id", 1)), "equal"),
    Index(INSPECTIONS, (("dataset_id", 1), ("_id", 1)), "unreadable", partial={"state": "unreadable"}),
    Index(INSPECTION_DUE, (("due_at", 1),), "due"),
    Index(INSPECTION_DUE, (("queue", 1), ("due_at", 1)), "queues"),
    Index(SCHEDULE, (("due_at", 1),), "due"),
    Index(SCHEDULE, (("bucket", 1),), "bucket"),
    Index(SOURCE_USES, (("dataset_id", 1),), "dataset"),
    Index(EXPORTED_FOLDERS, (("bucket", 1),), "bucket"),
    Index(IMPORTS, (("dataset_id", 1), ("_id", -1)), "dataset"),
    Index(SYNCHRONIZATIONS, (("dataset_id", 1), ("_id", -1)), "dataset"),
    Index(SYNCHRONIZATIONS, (("dataset_id", 1), ("_id", 1)), "keeping", partial={"keeps_left_out": True}),
    Index(SET_ASIDE, (("operation_id", 1), ("kind", 1), ("number", 1)), "operation", unique=True),
    Index(SET_ASIDE, (("expires_at", 1),), "expiry", expire_after_seconds=0),
    Index(UPLOAD_TICKETS, (("expires_at", 1),), "expiry", expire_after_seconds=0),
    Index(PREVIEWS, (("expires_at", 1),), "expiry", expire_after_seconds=0),
    Index(PASSED_OVER, (("expires_at", 1),), "expiry", expire_after_seconds=0),
)

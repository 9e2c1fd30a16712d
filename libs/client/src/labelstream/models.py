"""What the gateway answers, as immutable typed values.

Fields that a newer server adds are ignored, fields that an older one lacks take their default.
"""

from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

import msgspec

T = TypeVar("T")

Status = Literal["unlabeled", "labeled", "to_confirm"]
SampleState = Literal["new", "ok", "unreadable"]
Source = Literal["person", "import", "model", "system"]
ReviewState = Literal["pending", "accepted", "rejected"]
Decision = Literal["accept", "reject"]
Grade = Literal["A", "B", "C", "D"]
JobState = Literal["preparing", "active", "in_review", "completed", "archived"]
OperationState = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """Common shape of every answer: frozen, keyword-only, comparable."""


class Page(Reply, Generic[T], frozen=True, kw_only=True):
    """One page of a list; `next_cursor` is None on the last."""

    items: list[T]
    next_cursor: str | None = None


class Account(Reply, frozen=True, kw_only=True):
    id: str
    email: str
    name: str = ""
    role: Literal["admin", "member", "annotator"] = "annotator"
    disabled: bool = False


class ApiKey(Reply, frozen=True, kw_only=True):
    """`secret` is there only in the answer that created it."""

    id: str
    name: str = ""
    secret: str | None = None
    scopes: tuple[str, ...] = ()
    job_ids: tuple[str, ...] | None = None
    created_at: datetime | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None


class Session(Reply, frozen=True, kw_only=True):
    """Where one is signed in. `current` is the session that the request was made with."""

    id: str
    created_at: datetime
    last_used_at: datetime
    address: str = ""
    user_agent: str = ""
    current: bool = False


class Named(Reply, frozen=True, kw_only=True):
    """Somebody or something in the audit."""

    kind: str
    id: str | None = None


class AuditEntry(Reply, frozen=True, kw_only=True):
    """Who did what, to what, when and from where; `detail` depends on the action."""

    id: str
    at: datetime
    action: str
    actor: Named
    subject: Named
    job_id: str | None = None
    address: str = ""
    detail: dict[str, Any] = {}


class Letter(Reply, frozen=True, kw_only=True):
    """An e-mail in the mailbox of an installation without a mail server. Lists leave out what it says."""

    id: str
    to: str
    subject: str
    posted_at: datetime
    state: str = "queued"
    text: str = ""
    html: str = ""


class LetterStatus(Reply, frozen=True, kw_only=True):
    """What became of an e-mail: `queued`, `sent` or `failed`."""

    state: str
    at: datetime
    reason: str | None = None


class Annotator(Reply, frozen=True, kw_only=True):
    """Somebody who works in a job. `state` says whether the invitation went out and was taken up."""

    id: str
    email: str | None = None
    name: str = ""
    role: Literal["owner", "labeler", "reviewer", "manager"] = "labeler"
    state: str = "not_invited"
    account_id: str | None = None
    member_id: str | None = None
    letter: LetterStatus | None = None


class BucketSource(Reply, frozen=True, kw_only=True):
    bucket: str
    prefix: str = ""
    source_id: str = "platform"


class GrantedBucket(Reply, frozen=True, kw_only=True):
    """A bucket, as far as its keys begin with `prefix`."""

    name: str
    prefix: str = ""


class ObjectSource(Reply, frozen=True, kw_only=True):
    """An object store. `buckets` None means all. Only administrators see more than id, name and buckets."""

    id: str
    name: str
    buckets: list[GrantedBucket] | None = None
    endpoint: str | None = None
    region: str | None = None
    access_key: str | None = None
    granted_to: Literal["members"] | list[str] | None = None
    version: int = 0


class BucketTried(Reply, frozen=True, kw_only=True):
    """Whether a bucket could be listed; `name` is empty where the store itself could not be reached."""

    name: str
    ok: bool
    reason: str | None = None


class SourceTried(Reply, frozen=True, kw_only=True):
    ok: bool
    buckets: list[BucketTried] = []


class Dataset(Reply, frozen=True, kw_only=True):
    id: str
    name: str
    source: BucketSource
    description: str = ""
    labeling_description: str = ""
    auto_sync: bool = True
    sample_count: int = 0
    last_synced_at: datetime | None = None
    created_at: datetime | None = None


class Sample(Reply, frozen=True, kw_only=True):
    id: str
    path: str
    name: str = ""
    size: int = 0
    etag: str | None = None
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    added_at: datetime | None = None
    state: SampleState = "new"
    reason: str | None = None
    content_changed: bool = False
    deleted_at: datetime | None = None
    restorable_until: datetime | None = None


class DuplicateSample(Reply, frozen=True, kw_only=True):
    id: str
    path: str


class Duplicates(Reply, frozen=True, kw_only=True):
    """Images of equal bytes (`exact`) or that look alike (`near`): the first 1,000, and whether there are `more`."""

    kind: Literal["exact", "near"]
    samples: list[DuplicateSample]
    more: bool = False


LabelingStatus = Literal["unlabeled", "labeled", "to_confirm"]


class ImportSource(Reply, frozen=True, kw_only=True):
    """Where an import takes its data from: `bucket` with a prefix, `manifest` with a file's key, or `uploads`."""

    kind: Literal["bucket", "manifest", "uploads"]
    bucket: str | None = None
    prefix: str | None = None
    key: str | None = None


class ImportSettings(Reply, frozen=True, kw_only=True):
    source: ImportSource
    mode: str
    labeling_status: LabelingStatus | None = None
    include_labels: list[str] = []
    exclude_labels: list[str] = []
    hard_only: bool = False


class ImportCounts(Reply, frozen=True, kw_only=True):
    """In images: `found` is the sum of the others."""

    found: int = 0
    imported: int = 0
    unchanged: int = 0
    rejected: int = 0


class Rejection(Reply, frozen=True, kw_only=True):
    """A file, or a line of one, that was not imported."""

    path: str
    reason: str
    line: int | None = None


class Import(Reply, frozen=True, kw_only=True):
    """The record of an import. `rejected` are the first 100."""

    id: str
    dataset_id: str
    state: OperationState
    settings: ImportSettings
    counts: ImportCounts
    rejected: list[Rejection] = []
    dry_run: bool = False
    rate: float | None = None
    error: dict[str, object] | None = None
    created_by: str = ""
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def ended(self) -> bool:
        return self.state not in ("queued", "running")


class Upload(Reply, frozen=True, kw_only=True):
    """A file that is to be uploaded; `path` is the object's whole key."""

    path: str
    size: int


class UploadTicket(Reply, frozen=True, kw_only=True):
    """Where a file goes, for a few minutes."""

    path: str
    url: str
    method: str = "PUT"
    headers: dict[str, str] = {}


class UploadTickets(Reply, frozen=True, kw_only=True):
    items: list[UploadTicket]


class StartedBy(Reply, frozen=True, kw_only=True):
    kind: str
    id: str


class Synchronization(Reply, frozen=True, kw_only=True):
    """The record of a synchronization."""

    id: str
    state: OperationState
    started_by: StartedBy
    started_at: datetime | None = None
    finished_at: datetime | None = None
    counts: dict[str, int] | None = None


class Counts(Reply, frozen=True, kw_only=True):
    """How many items of a job are in which status. Unreadable ones without labels are in `total` alone."""

    total: int = 0
    labeled: int = 0
    unlabeled: int = 0
    to_confirm: int = 0
    unreadable: int = 0


class JobTeam(Reply, frozen=True, kw_only=True):
    """How several people share a job."""

    team_id: str | None = None
    assignment: Literal["none", "even", "queue"] = "none"
    overlap: int = 1
    review: Literal["none", "required"] = "none"
    labels_may_be_created: bool = True


class Job(Reply, frozen=True, kw_only=True):
    id: str
    name: str
    dataset_id: str
    type: str = "image_classification"
    state: JobState = "preparing"
    description: str = ""
    labeling_description: str | None = None
    progress: Counts = Counts()
    is_team: bool = False
    team: JobTeam | None = None
    role: str | None = None
    created_at: datetime | None = None


class Label(Reply, frozen=True, kw_only=True):
    id: str
    name: str
    color: str | None = None
    shortcut: str | None = None
    description: str | None = None
    count: int = 0
    etag: str | None = None


class AppliedLabel(Reply, frozen=True, kw_only=True):
    """A label on an item: who put it there, when; which model proposed it and with what confidence, if one did."""

    label_id: str
    name: str
    by: str | None = None
    at: datetime | None = None
    source: Source | None = None
    confidence: float | None = None
    model: str | None = None


class ItemReview(Reply, frozen=True, kw_only=True):
    """What a reviewer decided about an item's labels; `pending` waits for it since `at`, and has no `by`."""

    state: ReviewState
    grade: Grade | None = None
    reason: str | None = None
    by: str | None = None
    at: datetime | None = None


class Assignee(Reply, frozen=True, kw_only=True):
    """One of those whose item it is. `done`: it is labeled, or they have given their answer."""

    account_id: str
    state: Literal["open", "done"]


class Item(Reply, frozen=True, kw_only=True):
    """A sample in a job. `version` counts the item's own changes, from 0.

    `state` is what inspection found of the file, `reason` why it cannot be read. `content_changed`: the file was
    overwritten since a person last looked. `agreement`: of the answers, where several people gave theirs.
    """

    sample_id: str
    path: str
    name: str = ""
    status: Status = "unlabeled"
    labels: list[AppliedLabel] = []
    hard: bool = False
    version: int = 0
    thumbnail_url: str | None = None
    content_url: str | None = None
    assignee: str | None = None
    review: ItemReview | None = None
    assignees: list[Assignee] = []
    content_changed: bool = False
    agreement: float | None = None
    state: SampleState = "new"
    reason: str | None = None


class LabelCount(Reply, frozen=True, kw_only=True):
    label_id: str
    name: str
    count: int


class Stats(Counts, frozen=True, kw_only=True):
    labels: list[LabelCount] = []
    hard: int = 0


class VersionConflict(Reply, frozen=True, kw_only=True):
    """An item that was left alone because its version was not the expected one."""

    sample_id: str
    version: int


class ChangeResult(Reply, frozen=True, kw_only=True):
    """What a labeling request did. `missing` are ids that are no items of the job."""

    change_id: str
    changed: int = 0
    unchanged: int = 0
    created_labels: list[Label] = []
    conflicts: list[VersionConflict] = []
    missing: list[str] = []
    counts: Counts = Counts()


class Operation(Reply, frozen=True, kw_only=True):
    """Long work. `total` may be unknown while it runs; `result` is there once it succeeded."""

    id: str
    kind: str
    state: OperationState
    done: int = 0
    total: int | None = None
    error: dict[str, object] | str | None = None
    result: dict[str, object] | None = None
    created_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def ended(self) -> bool:
        return self.state in {"succeeded", "failed", "cancelled"}


class Touched(Reply, frozen=True, kw_only=True):
    """What a deletion would touch. Only the fields that apply are set."""

    items: int | None = None
    labeled: int | None = None
    labels: "int | list[LabelCount] | None" = None
    samples: int | None = None
    jobs: int | None = None
    datasets: "int | list[NamedDataset] | None" = None
    images: int | None = None
    more_datasets: int | None = None


class NamedDataset(Reply, frozen=True, kw_only=True):
    id: str
    name: str


class PredictedLabel(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A label that a model proposes, with its confidence from 0 to 1."""

    name: str
    confidence: float


class Prediction(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """What a model proposes for one sample. A person confirms or rejects it."""

    sample_id: str
    labels: list[PredictedLabel]
    model: str
    version: str | int | None = None


class ItemMoment(Reply, frozen=True, kw_only=True):
    """An item's labels, status, hard flag and review at one `seq`."""

    labels: list[AppliedLabel] = []
    status: Status = "unlabeled"
    hard: bool = False
    review: ItemReview | None = None


class ItemDifference(Reply, frozen=True, kw_only=True):
    """An item that differs between two `seq`. `before` or `after` is None where the item is not in the job."""

    sample_id: str
    path: str = ""
    before: ItemMoment | None = None
    after: ItemMoment | None = None


class ExportRow(Reply, frozen=True, kw_only=True):
    """One line of an export, in the order of `sample_id`."""

    sample_id: str
    path: str
    status: Status = "unlabeled"
    labels: list[AppliedLabel] = []
    hard: bool = False
    version: int = 0


class ExportEnd(Reply, frozen=True, kw_only=True):
    """The last line of an export: rows, the `seq` it stands at, SHA-256 of every byte before this line."""

    count: int
    seq: int
    sha256: str


class ItemFilter(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Which items are meant. All fields that are set must match; `label` takes ids or names of labels.

    With several labels, an item matches if it carries any of them, or with `label_match="all"` if it carries them all.
    """

    status: Literal["all", "unlabeled", "labeled", "to_confirm"] | None = None
    hard: bool | None = None
    label: list[str] | None = None
    label_match: Literal["any", "all"] | None = None
    path: str | None = None
    labeled_by: str | None = None
    labeled_after: datetime | None = None
    labeled_before: datetime | None = None
    assignee: str | None = None
    source: Literal["person", "import", "model"] | None = None
    review: Literal["pending", "accepted", "rejected", "none"] | None = None
    confidence_above: float | None = None
    content_changed: bool | None = None
    state: SampleState | None = None
    agreement_below: float | None = None

    def __post_init__(self) -> None:
        if isinstance(self.label, str):
            raise TypeError(f"label must be a list of strings, not a single string; write label=[{self.label!r}].")

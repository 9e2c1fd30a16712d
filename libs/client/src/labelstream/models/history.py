"""Differences between two moments of a job, and its export."""

from labelstream.models.items import AppliedLabel, ItemReview, Status
from labelstream.models.reply import Reply


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
    """The last line of an export: number of rows, its `seq`, SHA-256 of every byte before this line."""

    count: int
    seq: int
    sha256: str

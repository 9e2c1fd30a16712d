"""What the gateway answers about the quality and the progress of a job's labels. `docs/quality.md` has the formulas."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from labelstream.models.reply import Reply

Consensus = Literal["majority", "dawid_skene"]


class Agreement(Reply, frozen=True, kw_only=True):
    """Over the images with all their answers. A figure is None where it is not defined."""

    items: int
    percent: float | None = None
    fleiss_kappa: float | None = None
    krippendorff_alpha: float | None = None


class PairAgreement(Reply, frozen=True, kw_only=True):
    """Two people and the images that both answered."""

    a: str
    b: str
    items: int
    cohen_kappa: float | None = None


class KnownScore(Reply, frozen=True, kw_only=True):
    """How many answers to images with known answers were right."""

    right: int = 0
    total: int = 0


class AnnotatorQuality(Reply, frozen=True, kw_only=True):
    account_id: str
    labeled: int
    accepted: int
    rejected: int
    known: KnownScore
    seconds_median: float | None = None
    agrees_with_consensus: float | None = None


class Confusion(Reply, frozen=True, kw_only=True):
    """How often images whose consensus is one set of labels were answered with another."""

    consensus: Sequence[str] = msgspec.field(name="from")
    answer: Sequence[str] = msgspec.field(name="to")
    count: int


class JobQuality(Reply, frozen=True, kw_only=True):
    """The quality of a job's labels at one `seq`."""

    seq: int
    agreement: Agreement
    pairs: list[PairAgreement]
    annotators: list[AnnotatorQuality]
    confusions: list[Confusion]


class KnownAnswer(Reply, frozen=True, kw_only=True):
    """An image whose right labels are known, by name. Labelers are tested by it."""

    sample_id: str
    labels: list[str]


class AnsweredLabel(Reply, frozen=True, kw_only=True):
    label_id: str
    name: str


class Answer(Reply, frozen=True, kw_only=True):
    """What one person answered. `labels` is None until the last answer was given."""

    by: str
    at: datetime
    labels: list[AnsweredLabel] | None = None
    seconds: float | None = None


class AnnotatorProgress(Reply, frozen=True, kw_only=True):
    """What one person did since the job began."""

    id: str
    added: int
    removed: int
    reviewed: int
    name: str | None = None


class DayProgress(Reply, frozen=True, kw_only=True):
    """What was done on one day, in UTC."""

    day: date
    added: int
    removed: int
    reviewed: int


class Progress(Reply, frozen=True, kw_only=True):
    """How far a job has come, as of `seq`."""

    seq: int
    total: int
    labeled: int
    unlabeled: int
    to_confirm: int
    annotators: list[AnnotatorProgress]
    days: list[DayProgress]

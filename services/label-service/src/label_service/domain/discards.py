"""Images that go with a deleted label.

An image goes if, in the commit that takes the label off it, that label counts on it and no other does that people see,
or will see because a merge turns it into one. A proposal that nobody has confirmed neither condemns an image nor saves
it: a model's guess is no reason to delete what somebody may want, and none to keep what somebody wants deleted.
"""

from collections.abc import Mapping

from label_service.domain.decisions import Decision
from label_service.domain.items import counted
from label_service.domain.label_set import LabelSet
from label_service.domain.working_copy import Origin, WorkingCopy


def images_going(labels: LabelSet, steps: Mapping[str, Decision]) -> dict[str, list[str]]:
    """By label, the images that go because of what is decided for them."""
    condemned: dict[int, str | None] = {}  # by decision: many images share one
    going: dict[str, list[str]] = {}
    for sample_id, decision in steps.items():
        if id(decision) not in condemned:
            condemned[id(decision)] = _condemning(labels, decision)
        label_id = condemned[id(decision)]
        if label_id is not None:
            going.setdefault(label_id, []).append(sample_id)
    return going


def _condemning(labels: LabelSet, decision: Decision) -> str | None:
    """The label that takes the image with it as it comes off, if no other counts."""
    if decision.before is None or decision.after is None:
        return None
    after = counted(decision.after.labels)
    if any(labels.destination(label_id) for label_id in after):
        return None
    leaving = (label_id for label_id in counted(decision.before.labels) if label_id not in after)
    return next((label_id for label_id in leaving if labels.takes_images(label_id)), None)


def tell(work: WorkingCopy, going: Mapping[str, list[str]], origin: Origin) -> int:
    """Says which images go, one event a label; how many."""
    for label_id, sample_ids in going.items():
        detail = {"dataset_id": work.job.dataset_id, "sample_ids": sample_ids}
        work.tell_of_label("images-discarded", work.labels.hidden(label_id), origin, detail)
    return sum(map(len, going.values()))

"""Images that go with a deleted label.

An image goes if, in the commit that takes the label off it, that label counts on it and no other does that people see,
or will see because a merge turns it into one. A proposal that nobody has confirmed neither condemns an image nor saves
it: a model's guess is no reason to delete what somebody may want, and none to keep what somebody wants deleted.
"""

from collections.abc import Sequence

from label_service.domain.items import counted
from label_service.domain.working_copy import Origin, WorkingCopy


def images_going(work: WorkingCopy, sample_ids: Sequence[str], leaving: Sequence[str]) -> dict[str, list[str]]:
    """By label, the images that go as the labels in `leaving` come off these items. To be asked before they do."""
    taking = {label_id for label_id in leaving if work.labels.takes_images(label_id)}
    going: dict[str, list[str]] = {}
    for sample_id in dict.fromkeys(sample_ids) if taking else ():
        item = work.items.get(sample_id)
        labels = counted(item["labels"]) if item else []
        if not any(work.labels.destination(label_id) for label_id in labels):
            condemned = next((label_id for label_id in labels if label_id in taking), None)
            if condemned is not None:
                going.setdefault(condemned, []).append(sample_id)
    return going


def tell(work: WorkingCopy, going: dict[str, list[str]], origin: Origin) -> int:
    """Says which images go, one event a label; how many."""
    for label_id, sample_ids in going.items():
        detail = {"dataset_id": work.job.dataset_id, "sample_ids": sample_ids}
        work.tell_of_label("images-discarded", work.labels.hidden(label_id), origin, detail)
    return sum(map(len, going.values()))

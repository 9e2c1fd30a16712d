"""Names and ids in a command become ids of labels; the labels that are not there yet are planned.

LabelCreationForbidden  a labeler names a label that is not there, in a job whose labelers create none
"""

import re
from collections.abc import Mapping, Sequence

from label_service.domain.label_set import LabelSet, new_label
from label_service.domain.labels import InvalidLabel, Label, UnknownLabel, in_nfc, valid_name
from labelstream_common.errors import Forbidden

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class LabelCreationForbidden(Forbidden):
    code = "label-creation-forbidden"

    def __init__(self) -> None:
        super().__init__("Labelers of this job cannot create labels. Ask the job's owner for a new label.")


class Naming:
    """Turns names and ids into ids of labels, and plans the labels that are not there yet."""

    def __init__(self, labels: LabelSet, label_ids: Mapping[str, str]) -> None:
        self._labels = labels.copy()
        self._ids = label_ids
        self.planned: list[Label] = []

    @property
    def labels(self) -> LabelSet:
        """The label set with what is planned."""
        return self._labels

    def known(self, references: Sequence[str]) -> list[str]:
        """The ids of those labels that exist; the others are nothing to take away."""
        found = (self._labels.find(reference) or self._labels.find(in_nfc(reference)) for reference in references)
        return [label.id for label in found if label]

    def wanted(
        self, references: Sequence[str], pointer: str, *, under: str = "", create: bool, allowed: bool = True
    ) -> list[str]:
        """The ids of all these labels. Plans the unknown ones. `pointer`, the place, `under` say where each stands.

        Raises UnknownLabel, or InvalidLabel for what cannot be a name or names the same label as one before it.
        """

        def at(place: int) -> str:
            return f"{pointer}/{place}{under}"

        ids: dict[str, None] = {}
        for place, reference in enumerate(references):
            known = self._labels.find(reference)
            label_id = known.id if known else self._one(reference, at(place), create=create, allowed=allowed)
            if label_id in ids:
                raise InvalidLabel("Duplicate label.", pointer=at(place))
            ids[label_id] = None
        return list(ids)

    def brought(self, names: Sequence[str]) -> dict[str, str]:
        """The ids, by name, of the labels that data brings, as far as the job has room for new ones."""
        ids = {}
        for name in names:
            known = self._labels.named(name)
            if known is not None:
                ids[name] = known.id
            elif self._labels.has_room:
                ids[name] = self._plan(name)
        return ids

    def one(self, reference: str, pointer: str, *, create: bool, allowed: bool = True) -> str:
        return self._one(reference, pointer, create=create, allowed=allowed)

    def _one(self, reference: str, pointer: str, *, create: bool, allowed: bool) -> str:
        found = self._labels.find(reference)
        if found is not None:
            return found.id
        name = valid_name(reference, pointer)
        found = self._labels.find(name)
        if found is not None:
            return found.id
        # What looks like an id is one: that of a label which somebody has deleted meanwhile must not become a name.
        if not create or _ID.fullmatch(name):
            raise UnknownLabel(reference, pointer)
        if not allowed:
            raise LabelCreationForbidden
        self._labels.check_room(pointer=pointer)
        return self._plan(name)

    def _plan(self, name: str) -> str:
        label = new_label(self._labels, self._ids[name], name)
        self._labels.put(label)
        self.planned.append(label)
        return label.id

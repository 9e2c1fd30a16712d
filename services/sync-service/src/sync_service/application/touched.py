"""What a deletion would touch: who deletes is told before of other datasets on the same objects, and of versions.

However much is selected, a bounded part of it is looked at, and the answer says where there may be more.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from sync_service.application.delete_samples import DeleteSamples
from sync_service.application.overlaps import datasets_in, may_change, meets, same_store
from sync_service.application.ports import Ports
from sync_service.application.selection import CHUNK, Selection
from sync_service.application.version_ports import VersionPorts
from sync_service.application.versions import Search
from sync_service.domain.dataset import Bucket, Dataset, DatasetId, DatasetNotFound
from sync_service.domain.sample import Presence, Sample, SampleId

# As many as a request may name.
MOST_LOOKED_AT = 10_000
# Other datasets whose versions are looked through.
_MOST_DATASETS = 20

Places: TypeAlias = Mapping[Bucket, Sequence[str]]


class OtherVersion(NamedTuple):
    """A version of another dataset."""

    dataset: Dataset
    name: str


class Touched(NamedTuple):
    """Samples that would go; if their objects go, too, what else uses them.

    `datasets` are those that whoever asks may know of, `more_datasets` counts the others. `more_versions`: not all
    versions were looked at, or not for all of the samples.
    """

    samples: int
    datasets: Sequence[Dataset] = ()
    more_datasets: int = 0
    versions: Sequence[str] = ()
    other_versions: Sequence[OtherVersion] = ()
    more_versions: bool = False


class _Selected(NamedTuple):
    """The first of the selected samples, and how many there are."""

    samples: Sequence[Sample]
    number: int

    @property
    def is_whole(self) -> bool:
        return len(self.samples) >= self.number

    @property
    def places(self) -> Places:
        found: dict[Bucket, list[str]] = defaultdict(list)
        for sample in self.samples:
            found[sample.place].append(sample.path)
        return found


async def touched_by_deleting(command: DeleteSamples, *, ports: Ports, versions: VersionPorts) -> Touched:
    dataset = await ports.datasets.get(command.dataset_id)
    if not command.delete_source:
        return Touched(await _count(dataset.id, command.selection, ports))
    selected = await _selected(dataset.id, command.selection, ports)
    if not selected.number:
        return Touched(0)
    search = Search(versions)
    own = await search.versions_with(dataset.id, [each.id for each in selected.samples])
    others = await _others(dataset, selected, ports)
    known = [each for each in others.values() if await may_change(each.dataset, command.by, ports=ports)]
    theirs: list[OtherVersion] = []
    for other in known[:_MOST_DATASETS]:
        ids = await _ids_in(other, selected.places, ports)
        theirs += [OtherVersion(other.dataset, name) for name in await search.versions_with(other.dataset.id, ids)]
    return Touched(
        selected.number,
        [each.dataset for each in known],
        len(others) - len(known),
        own,
        theirs,
        more_versions=search.is_over or not selected.is_whole or len(known) > _MOST_DATASETS,
    )


async def _count(dataset_id: DatasetId, selection: Selection, ports: Ports) -> int:
    if selection.ids is None:
        return await ports.samples.count_present(dataset_id, selection.path)
    return len((await _selected(dataset_id, selection, ports)).samples)


async def _selected(dataset_id: DatasetId, selection: Selection, ports: Ports) -> _Selected:
    if selection.ids is not None:
        stored = await ports.samples.load(dataset_id, [SampleId(each) for each in selection.ids])
        present = [each for each in stored.values() if each.is_present]
        return _Selected(present, len(present))
    count = await ports.samples.count_present(dataset_id, selection.path)
    wanted, found = min(count, MOST_LOOKED_AT), list[Sample]()
    while len(found) < wanted:
        some = await ports.samples.matching(
            dataset_id,
            presence=Presence.PRESENT,
            path=selection.path,
            after=found[-1].id if found else "",
            limit=min(CHUNK, wanted - len(found)),
        )
        if not some:
            break
        found += some
    return _Selected(found, max(count, len(found)))


class _Other(NamedTuple):
    """Another dataset on some of the places, with those of its samples there that it imported."""

    dataset: Dataset
    imported: list[SampleId]


async def _others(dataset: Dataset, selected: _Selected, ports: Ports) -> Mapping[DatasetId, _Other]:
    """The datasets whose source covers one of the objects, in the order of their ids, and those that imported one."""
    found: dict[DatasetId, _Other] = {}
    for place, paths in selected.places.items():
        for other in await datasets_in(place, ports=ports):
            prefix = other.source.prefix
            # Of what was not looked at, only the dataset's own source is known.
            rest = not selected.is_whole and place == dataset.source.place and meets(prefix, dataset.source.prefix)
            if rest or any(path.startswith(prefix) for path in paths):
                found.setdefault(other.id, _Other(other, []))
        imported = await ports.samples.imported(place.name, paths)
        same = await same_store(place.source_id, {each.source_id for each in imported}, ports=ports)
        for sample in imported:
            if sample.source_id in same and (known := found.get(sample.dataset_id) or await _other(sample, ports)):
                found[sample.dataset_id] = known
                known.imported.append(sample.id)
    found.pop(dataset.id, None)
    return dict(sorted(found.items()))


async def _other(sample: Sample, ports: Ports) -> _Other | None:
    try:
        return _Other(await ports.datasets.get(sample.dataset_id), [])
    except DatasetNotFound:
        return None  # it is being deleted


async def _ids_in(other: _Other, places: Places, ports: Ports) -> Sequence[SampleId]:
    """Its samples at these places, with those that it found in its own source."""
    source = other.dataset.source
    covered = [
        (place.name, path)
        for place, paths in places.items()
        if place.name == source.bucket
        for path in paths
        if path.startswith(source.prefix)
    ]
    there = await ports.samples.at(other.dataset.id, covered)
    return [*other.imported, *(each.id for each in there.values() if each.source_id == source.source_id)]

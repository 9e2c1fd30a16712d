"""What a deletion of samples would touch, as `dry_run` answers it."""

from labelstream_common.http import View
from sync_service.application.touched import Touched

_MOST_NAMED = 100


class NamedDatasetView(View):
    """A dataset by name."""

    id: str
    name: str


class OtherVersionView(View):
    """A version of another dataset."""

    dataset_id: str
    dataset: str
    name: str


class TouchedSamplesView(View):
    """What would be touched. With `delete_source` also other datasets on the same objects: those that the caller may
    know of, and how many `more` there are. Objects of datasets whose data the caller may not change stay. `versions`
    are those of the dataset that hold one of the samples, newest first; `other_versions` those of the named datasets
    that hold one of the objects. `more_versions`: there was too much to look at all of it, so there may be more."""

    dry_run: bool = True
    samples: int
    jobs: int
    datasets: list[NamedDatasetView]
    more_datasets: int
    versions: list[str]
    other_versions: list[OtherVersionView]
    more_versions: bool

    @classmethod
    def of(cls, touched: Touched, jobs: int) -> "TouchedSamplesView":
        named = [NamedDatasetView(id=each.id, name=each.texts.name) for each in touched.datasets[:_MOST_NAMED]]
        return cls(
            samples=touched.samples,
            jobs=jobs,
            datasets=named,
            more_datasets=touched.more_datasets + len(touched.datasets) - len(named),
            versions=list(touched.versions),
            other_versions=[
                OtherVersionView(dataset_id=each.dataset.id, dataset=each.dataset.texts.name, name=each.name)
                for each in touched.other_versions
            ],
            more_versions=touched.more_versions,
        )

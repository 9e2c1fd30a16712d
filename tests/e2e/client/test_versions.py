"""From labels to a model: a version is published, compared, exported and read for training."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.client.conftest import Cats
from tests.e2e.conftest import EMAIL, PASSWORD, Door

import labelstream
import labelstream.data
from labelstream.cli.exits import Exit


@pytest.fixture
async def signed_in(door: Door) -> Door:
    code, _, err = await door.command(
        *("login", "--url", door.url, "--email", EMAIL, "--password-stdin"), stdin=f"{PASSWORD}\n"
    )
    assert code == Exit.DONE, err
    return door


async def test_a_version_is_published_compared_exported_and_deleted(signed_in: Door, cats: Cats) -> None:
    job, ids = await cats.job(signed_in)
    async with signed_in.client() as client:
        dataset = (await client.jobs.get(job)).dataset_id
        await client.annotations.apply(job, ids[:3], add=["cat"])
    publish = ("versions", "publish", dataset, "V001", "--job", job, "--seed", "1", "--json")
    code, out, err = await signed_in.command(*publish)
    assert code == Exit.DONE, err
    first = json.loads(out)
    assert (first["counts"]["total"], first["counts"]["labels"]) == (3, [{"name": "cat", "count": 3}])
    code, _, err = await signed_in.command(*publish)
    assert (code, "version-name-taken" in err) == (Exit.CONFLICT, True)

    async with signed_in.client() as client:
        await client.annotations.apply(job, ids[:1], add=["dog"])
        await client.annotations.apply(job, ids[3:4], add=["dog"])
    code, out, err = await signed_in.command("versions", "publish", dataset, "V002", "--job", job)
    assert code == Exit.DONE, err
    code, out, err = await signed_in.command("versions", "diff", dataset, "V001", "V002")
    assert (code, err) == (Exit.DONE, "1 added, 0 removed, 1 relabelled\n")
    assert out.count("relabelled") == 1
    code, out, _ = await signed_in.command("versions", "list", dataset, "--json")
    assert [(each["name"], each["parent"]) for each in map(json.loads, out.splitlines())] == [
        ("V002", "V001"),
        ("V001", None),
    ]
    where = ("--bucket", cats.bucket, "--prefix", f"exports/{cats.name}")
    code, out, err = await signed_in.command("versions", "export", dataset, "V002", "--format", "manifest", *where)
    assert (code, out) == (Exit.DONE, "4 samples in 1 file, 0 left out\n"), err
    code, _, err = await signed_in.command("versions", "export", dataset, "V002", *where)
    assert "destination-not-empty" in err
    code, out, _ = await signed_in.command("versions", "delete", dataset, "V001", "--dry-run")
    assert "3" in out
    code, _, err = await signed_in.command("versions", "delete", dataset, "V001", "--yes")
    assert code == Exit.DONE, err
    code, out, _ = await signed_in.command("versions", "list", dataset, "--json")
    assert len(out.splitlines()) == 1


async def test_a_version_is_read_for_training(signed_in: Door, cats: Cats, tmp_path: Path) -> None:
    job, ids = await cats.job(signed_in)
    async with signed_in.client() as client:
        dataset = (await client.jobs.get(job)).dataset_id
        await client.annotations.apply(job, ids[:2], add=["dark"])
        await client.annotations.apply(job, ids[2:], add=["light"])
        await client.operations.wait(await client.versions.publish(dataset, "V1", job_id=job, train_ratio=1.0))
    with labelstream.Client(signed_in.url, email=EMAIL, password=PASSWORD) as blocking:
        examples = labelstream.data.load(cats.name, version="V1", split="train", client=blocking)
        found = list(examples)
        assert (len(examples), examples.classes) == (5, ["dark", "light"])
        assert [labels for _, labels in found] == [("dark",)] * 2 + [("light",)] * 3
        assert all(isinstance(image, bytes) and image.startswith(b"\x89PNG") for image, _ in found)
        assert list(examples) == found
        assert list(labelstream.data.load(dataset, version="V1", split="validation", client=blocking)) == []
        stored = list(labelstream.data.load(dataset, version="V1", client=blocking, folder=tmp_path))
        assert _contents(stored) == [image for image, _ in found]
        with pytest.raises(labelstream.data.NoSuchDataset):
            labelstream.data.load("nobody knows it", version="V1", client=blocking)
    async with signed_in.client() as client:
        await client.operations.wait(await client.datasets.delete_samples(dataset, ids[:1]))
        assert (await client.versions.get(dataset, "V1")).missing_files == 0
    with labelstream.Client(signed_in.url, email=EMAIL, password=PASSWORD) as blocking:  # one is in the trash by now
        assert list(labelstream.data.load(dataset, version="V1", client=blocking)) == found


async def test_the_recipe_for_scikit_learn_trains_a_model(signed_in: Door, cats: Cats) -> None:
    """The code of docs/training.md, as it stands there."""
    job, ids = await cats.job(signed_in)
    async with signed_in.client() as client:
        dataset = (await client.jobs.get(job)).dataset_id
        await client.annotations.apply(job, ids[:2], add=["dark"])
        await client.annotations.apply(job, ids[2:], add=["light"])
        await client.operations.wait(await client.versions.publish(dataset, "V1", job_id=job, train_ratio=1.0))
    with labelstream.Client(signed_in.url, email=EMAIL, password=PASSWORD) as blocking:
        examples = labelstream.data.load(dataset, version="V1", split="train", client=blocking)
        names: dict[str, object] = {"train": examples}
        exec(_recipe("scikit-learn"), names)  # noqa: S102 - our own page
    model = names["model"]
    assert model.predict(names["pixels"]).tolist() == names["classes"]  # type: ignore[attr-defined]  # whatever it is


async def test_the_recipe_for_pytorch_gives_batches(signed_in: Door, cats: Cats) -> None:
    """The code of docs/training.md, as it stands there."""
    pytest.importorskip("torch", reason="PyTorch is not installed: it takes more than a gigabyte")
    pytest.importorskip("torchvision", reason="torchvision is not installed")
    job, ids = await cats.job(signed_in)
    async with signed_in.client() as client:
        dataset = (await client.jobs.get(job)).dataset_id
        await client.annotations.apply(job, ids[:2], add=["dark"])
        await client.annotations.apply(job, ids[2:], add=["light"])
        await client.operations.wait(await client.versions.publish(dataset, "V1", job_id=job, train_ratio=1.0))
    with labelstream.Client(signed_in.url, email=EMAIL, password=PASSWORD) as blocking:
        examples = labelstream.data.load(dataset, version="V1", split="train", client=blocking)
        names: dict[str, Any] = {"train": examples}
        exec(_recipe("PyTorch"), names)  # noqa: S102 - our own page
        ((images, targets),) = list(names["loader"])
    assert tuple(images.shape) == (5, 3, 224, 224)
    assert targets.tolist() == [[1.0, 0.0]] * 2 + [[0.0, 1.0]] * 3


def _contents(examples: Sequence[labelstream.data.Example]) -> list[bytes]:
    return [Path(str(image)).read_bytes() for image, _ in examples]


def _recipe(title: str) -> str:
    page = (Path(__file__).parents[3] / "docs" / "training.md").read_text()
    section = page.partition(f"## {title}")[2]
    return section.partition("```python\n")[2].partition("```")[0]

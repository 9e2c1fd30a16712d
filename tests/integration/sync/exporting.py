"""A version of images whose names and labels are odd, exported and read back."""

from collections.abc import Mapping
from typing import Any

from tests.integration.sync.versions import Labeling

LABELS = {
    "a.png": ["cat"],
    "b.png": ["cat", "dog"],
    "c/d.png": [],
    "é.png": ["猫"],
    "more/a.png": ["cat"],
    "-odd,name.png": ["-minus"],
}


async def export(
    published: Labeling, form: str, prefix: str = "out", version: str = "V1"
) -> tuple[Mapping[str, Any], dict[str, bytes]]:
    destination = {"bucket": published.bucket, "prefix": prefix}
    answer = await published.owner.http.post(
        f"{published.url}/{version}:export", json={"format": form, "destination": destination}
    )
    result = (await published.owner.ends(answer))["result"]
    return result, await objects(published, prefix)


async def objects(published: Labeling, prefix: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    async for page in published.store.list(published.bucket, f"{prefix}/"):
        for each in page:
            found[each.key.removeprefix(f"{prefix}/")] = await published.store.get(published.bucket, each.key)
    return found

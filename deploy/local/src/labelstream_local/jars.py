"""Kafka's jars: resolved once from Maven coordinates into a cache, so that later starts need no network.

jgo resolves in plain Python; no Maven program is needed. A folder counts only with its manifest, which is written last.
"""

import os
import shutil
import tempfile
from pathlib import Path

import platformdirs
from filelock import FileLock

from labelstream_local.directory import read_json, write_json
from labelstream_local.errors import MissingPart

KAFKA_VERSION = "4.1.0"
# kafka-clients by name: else the resolver picks an older one from a dependency, which fails at start.
COORDINATES = (
    f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}",
    f"org.apache.kafka:kafka-clients:{KAFKA_VERSION}",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3",
)
_CACHE_VARIABLE = "LABELSTREAM_CACHE_DIR"


def cache_directory() -> Path:
    """`LABELSTREAM_CACHE_DIR`, else the user's cache directory."""
    chosen = os.environ.get(_CACHE_VARIABLE)
    return Path(chosen) if chosen else platformdirs.user_cache_path("labelstream")


def kafka_jars(cache: Path | None = None) -> tuple[Path, ...]:
    """Every jar of the class path, fetched now if they are not there yet. Raises MissingPart without a network."""
    folder = (cache or cache_directory()) / f"kafka-{KAFKA_VERSION}"
    if jars := _complete(folder):
        return jars
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if jars := _complete(folder):
            return jars
        _fetch(folder)
    return _complete(folder)


def _complete(folder: Path) -> tuple[Path, ...]:
    manifest = read_json(folder / "manifest.json")
    if manifest.get("coordinates") != list(COORDINATES):
        return ()
    jars = tuple(folder / name for name in manifest["jars"])
    return jars if all(jar.is_file() and jar.stat().st_size == manifest["jars"][jar.name] for jar in jars) else ()


def _fetch(folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetching-") as scratch:
        try:
            found = _resolve(Path(scratch))
        except Exception as error:  # jgo raises whatever its HTTP library does
            raise MissingPart(
                f"Kafka's jars could not be fetched ({type(error).__name__}): "
                "`python -m labelstream_local.fetch` needs a network once."
            ) from error
        fresh = Path(scratch) / "jars"
        fresh.mkdir()
        for jar in found:
            jar.replace(fresh / jar.name)
        sizes = {jar.name: jar.stat().st_size for jar in sorted(fresh.iterdir())}
        write_json(fresh / "manifest.json", {"coordinates": list(COORDINATES), "jars": sizes}, mode=0o644)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.replace(folder)


def _resolve(scratch: Path) -> list[Path]:
    from jgo.env import EnvironmentBuilder, LinkStrategy  # noqa: PLC0415 - imports a resolver that most starts never need
    from jgo.maven import MavenContext  # noqa: PLC0415

    context = MavenContext(repo_cache=scratch / "maven")
    builder = EnvironmentBuilder(context=context, cache_dir=scratch / "jgo", link_strategy=LinkStrategy.COPY)
    environment = builder.from_endpoint("+".join(COORDINATES))
    return sorted(Path(environment.path).rglob("*.jar"))

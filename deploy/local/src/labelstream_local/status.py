"""What there is and how it does, for people and programs. It asks nobody: it answers while every part is down."""

from dataclasses import dataclass
from typing import Any

from labelstream_gateway.routing import SERVICES
from labelstream_local import credentials as secrets
from labelstream_local import run_record
from labelstream_local.credentials import SUBSCRIBER, Credentials, KafkaUser
from labelstream_local.directory import DataDirectory
from labelstream_local.errors import BrokenDataDirectory
from labelstream_local.ports import Ports
from labelstream_local.run_record import Process, State


@dataclass(frozen=True)
class Status:
    """The shape is a contract: see `as_json`."""

    gateway_url: str | None
    kafka_bootstrap_servers: str | None
    kafka: KafkaUser
    mongodb_url: str | None
    s3_endpoint: str | None
    s3_access_key: str
    s3_secret_key: str
    s3_kind: str
    processes: tuple[Process, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "gateway": {"url": self.gateway_url},
            "kafka": {
                "bootstrap_servers": self.kafka_bootstrap_servers,
                "security_protocol": self.kafka.security_protocol,
                "sasl_mechanism": self.kafka.sasl_mechanism,
                "username": self.kafka.username,
                "password": self.kafka.password,
            },
            "mongodb": {"url": self.mongodb_url},
            "s3": {
                "endpoint": self.s3_endpoint,
                "access_key": self.s3_access_key,
                "secret_key": self.s3_secret_key,
                "kind": self.s3_kind,
            },
            "processes": [
                {"name": process.name, "pid": process.pid, "state": process.state.value} for process in self.processes
            ],
        }


def status_of(directory: DataDirectory) -> Status:
    """Raises BrokenDataDirectory when no platform was ever started there."""
    credentials = secrets.load(directory)
    if credentials is None:
        raise BrokenDataDirectory(f"There is no Labelstream in {directory.root}; `labelstream up` starts one.")
    ports = Ports(directory)
    record = run_record.load(directory)
    kafka, s3 = ports.known("kafka"), ports.known("s3")
    return Status(
        gateway_url=record.gateway_url if record else None,
        kafka_bootstrap_servers=f"127.0.0.1:{kafka}" if kafka else None,
        kafka=credentials.kafka_user(SUBSCRIBER),
        mongodb_url=_mongodb_url(credentials, ports),
        s3_endpoint=f"http://127.0.0.1:{s3}" if s3 else None,
        s3_access_key=credentials.s3_access_key,
        s3_secret_key=credentials.s3_secret_key,
        s3_kind=credentials.s3_kind,
        processes=tuple(process.present() for process in record.processes) if record else _none_yet(),
    )


def _mongodb_url(credentials: Credentials, ports: Ports) -> str | None:
    port = ports.known("mongodb")
    return credentials.mongodb_url(port) if port else None


def _none_yet() -> tuple[Process, ...]:
    names = ("mongodb", "kafka", "s3", *(target.value for target in SERVICES))
    return tuple(Process(name, None, 0.0, State.STOPPED) for name in names)

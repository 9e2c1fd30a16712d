"""The secrets of one data directory: made at its first start, kept for its owner only, never printed twice."""

import base64
import hmac
import secrets
from dataclasses import asdict, dataclass, replace
from typing import Literal, NamedTuple
from urllib.parse import quote

from labelstream_local.directory import DataDirectory, read_json, write_json
from labelstream_local.errors import BrokenDataDirectory

REPLICA_SET = "rs0"
KAFKA_ADMINISTRATOR, SUBSCRIBER, OBJECT_STORE = "labelstream", "subscriber", "object-store"


class KafkaUser(NamedTuple):
    """How a user signs in to Kafka. Plain values, so that `status` need not load a client."""

    security_protocol: Literal["SASL_PLAINTEXT"]
    sasl_mechanism: Literal["SCRAM-SHA-256"]
    username: str
    password: str


@dataclass(frozen=True)
class Credentials:
    """`stack_id` marks this directory's own processes. `admin_password` is empty when a person chose it."""

    stack_id: str
    kafka_cluster_id: str
    mongodb_user: str
    mongodb_password: str
    mongodb_key: str
    s3_kind: str
    s3_access_key: str
    s3_secret_key: str
    kafka_password: str = ""
    user_seed: str = ""
    source_secrets_key: str = ""
    admin_email: str = ""
    admin_password: str = ""
    admin_shown: bool = False

    @classmethod
    def generate(cls, *, s3_kind: str) -> "Credentials":
        return cls(
            stack_id=secrets.token_hex(16),
            kafka_cluster_id=secrets.token_urlsafe(16),
            kafka_password=secrets.token_urlsafe(24),
            user_seed=secrets.token_urlsafe(32),
            source_secrets_key=_encryption_key(),
            mongodb_user="labelstream",
            mongodb_password=secrets.token_urlsafe(24),
            mongodb_key=secrets.token_hex(48),
            s3_kind=s3_kind,
            s3_access_key=secrets.token_hex(10),
            s3_secret_key=secrets.token_hex(20),
        )

    def mark(self, directory: DataDirectory) -> str:
        """What the processes of this data directory carry, and no others: see orphans.py."""
        return f"{self.stack_id}@{directory.root}"

    def mongodb_url(self, port: int, user: str | None = None) -> str:
        """For the administrator, or for one of the services' users."""
        password = self.mongodb_password if user is None else self.password_of("mongodb", user)
        name = quote(user or self.mongodb_user)
        return f"mongodb://{name}:{quote(password)}@127.0.0.1:{port}/?replicaSet={REPLICA_SET}&authSource=admin"

    def kafka_user(self, user: str | None) -> KafkaUser:
        """A service's, or a subscriber's; for None the administrator."""
        password = self.kafka_password if user is None else self.password_of("kafka", user)
        return KafkaUser("SASL_PLAINTEXT", "SCRAM-SHA-256", user or KAFKA_ADMINISTRATOR, password)

    def password_of(self, server: str, user: str) -> str:
        """The password of a service's or subscriber's user. It is made of the seed, so the file need not list users."""
        digest = hmac.digest(self.user_seed.encode(), f"{server}:{user}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest)[:32].decode()


def load(directory: DataDirectory) -> Credentials | None:
    """None before the first start. What an earlier release did not make yet is made now.

    Raises BrokenDataDirectory when the file is damaged.
    """
    fields = read_json(directory.secrets_file)
    if not fields:
        return None
    try:
        found = Credentials(**fields)
    except TypeError as error:
        raise BrokenDataDirectory(f"{directory.secrets_file} is damaged; `labelstream reset` starts anew.") from error
    whole = found
    if not whole.user_seed:
        whole = replace(whole, kafka_password=secrets.token_urlsafe(24), user_seed=secrets.token_urlsafe(32))
    if not whole.source_secrets_key:
        whole = replace(whole, source_secrets_key=_encryption_key())
    if whole != found:
        save(directory, whole)
    return whole


def _encryption_key() -> str:
    """32 random bytes, as `LABELSTREAM_SECRETS_KEY` wants them."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def save(directory: DataDirectory, credentials: Credentials) -> None:
    write_json(directory.secrets_file, asdict(credentials))

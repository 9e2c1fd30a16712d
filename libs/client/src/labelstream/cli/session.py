"""Which Labelstream a command speaks to, and as whom."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from labelstream.addresses import DEFAULT_URL, gateway_url
from labelstream.blocking.client import Client
from labelstream.errors import LabelstreamError
from labelstream.profiles import Broker, Profiles, ServerTokens
from labelstream.retries import RetryPolicy
from labelstream.tokens import Credentials, is_api_key

_RETRIES = RetryPolicy(attempts=6, patience=20.0)
"""A person is waiting, so a gateway that does not answer is given up after about three seconds."""


class NoBroker(LabelstreamError):
    """The address of Kafka is unknown."""

    code = "no-broker"


class NoAdministrator(LabelstreamError):
    """The local platform's administrator is unknown."""

    code = "no-administrator"


@dataclass(frozen=True)
class Session:
    """A gateway and what signs in to it."""

    url: str
    credentials: Credentials

    def client(self) -> Client:
        own = self.credentials
        return Client(self.url, token=own.token, api_key=own.api_key, store=own.store, retries=_RETRIES)


def session(url: str | None, token: str | None, profiles: Profiles | None = None) -> Session:
    """A token that was given comes first, then what was stored at sign-in."""
    known = profiles or Profiles()
    chosen = gateway_url(url or known.current() or DEFAULT_URL)
    if token is not None:
        given = Credentials(api_key=token) if is_api_key(token) else Credentials(token=token)
        return Session(chosen, given)
    server = known.server(chosen)
    if server.api_key is not None:
        return Session(chosen, Credentials(api_key=server.api_key))
    return Session(chosen, Credentials(store=ServerTokens(known, chosen)))


@contextmanager
def client_for(url: str | None, token: str | None) -> Iterator[Client]:
    with session(url, token).client() as client:
        yield client


def broker(given: str | None, url: str | None) -> Broker:
    """Kafka as given, as remembered at sign-in, or as the local platform says. Raises NoBroker."""
    if given is not None:
        named = given_broker(given)
        local = local_broker() if named.username is None else None
        return local if local is not None and local.bootstrap_servers == given else named
    known = Profiles()
    remembered = known.server(gateway_url(url or known.current() or DEFAULT_URL)).broker
    if found := remembered or local_broker():
        return found
    raise NoBroker(
        "The address of Kafka is unknown. Give --bootstrap-servers, or run this where `labelstream up` runs."
    )


def given_broker(servers: str) -> Broker:
    """Kafka at `servers`, signed in to as the environment says: a password does not belong on a command line."""
    prefix = "LABELSTREAM_KAFKA_"
    return Broker(
        bootstrap_servers=servers,
        security_protocol=os.environ.get(f"{prefix}SECURITY_PROTOCOL"),
        sasl_mechanism=os.environ.get(f"{prefix}SASL_MECHANISM"),
        username=os.environ.get(f"{prefix}USERNAME"),
        password=os.environ.get(f"{prefix}PASSWORD"),
        ca_file=os.environ.get(f"{prefix}CA_FILE"),
    )


def local_broker() -> Broker | None:
    """Kafka of the local platform, as `status` tells it."""
    try:
        return msgspec.convert(local_status().get("kafka"), Broker)
    except msgspec.ValidationError:
        return None  # there is no platform here, or it shows no broker


def local_status(data_dir: str | None = None) -> dict[str, object]:
    """What `labelstream status --json` says of the local platform; empty when there is none."""
    place = [] if data_dir is None else ["--data-dir", data_dir]
    command = [sys.executable, "-m", "labelstream", "status", "--json", *place]
    answer = subprocess.run(command, capture_output=True, check=False, timeout=30)  # noqa: S603  # our own command
    try:
        status = json.loads(answer.stdout)
    except ValueError:
        return {}  # without a platform, `status` writes no JSON
    return status if isinstance(status, dict) else {}


def local_administrator(data_dir: str) -> tuple[str, str]:
    """E-mail and password of the local platform's first administrator. Raises NoAdministrator."""
    given = os.environ.get("LABELSTREAM_ADMIN_EMAIL"), os.environ.get("LABELSTREAM_ADMIN_PASSWORD")
    email, password = given if all(given) else _kept_administrator(data_dir)
    if not email or not password:
        raise NoAdministrator(
            "The platform's administrator is unknown. Set LABELSTREAM_ADMIN_EMAIL and LABELSTREAM_ADMIN_PASSWORD."
        )
    return email, password


def _kept_administrator(data_dir: str) -> tuple[str | None, str | None]:
    """What `labelstream up` made at its first start, from the file that only the data directory's owner can read."""
    try:
        kept = json.loads((Path(data_dir) / "secrets.json").read_text())
    except (OSError, ValueError):
        return None, None  # there is no such file, or it is somebody else's: they sign in themselves
    return kept.get("admin_email"), kept.get("admin_password")

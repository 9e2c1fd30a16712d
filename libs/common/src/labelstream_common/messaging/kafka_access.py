"""How a process reaches Kafka: where it is, whether the way is encrypted, and who asks."""

import ssl
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

SecurityProtocol: TypeAlias = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism: TypeAlias = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


@dataclass(frozen=True)
class KafkaAccess:
    """`ca_file` is what the brokers' certificates are checked against (None: what the system trusts).

    With `certificate_file` and `key_file` the client shows a certificate of its own.
    """

    bootstrap_servers: str
    security_protocol: SecurityProtocol = "PLAINTEXT"
    sasl_mechanism: SaslMechanism = "SCRAM-SHA-512"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    certificate_file: str | None = None
    key_file: str | None = None

    def arguments(self) -> dict[str, Any]:
        """What every aiokafka client takes. Reads the certificate files, and raises OSError if they are not there."""
        arguments: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap_servers,
            "security_protocol": self.security_protocol,
        }
        if self.security_protocol.startswith("SASL"):
            arguments |= {
                "sasl_mechanism": self.sasl_mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,
            }
        if self.security_protocol.endswith("SSL"):
            arguments["ssl_context"] = self._tls()
        return arguments

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ca_file)
        if self.certificate_file is not None:
            context.load_cert_chain(self.certificate_file, self.key_file)
        return context


Kafka: TypeAlias = str | KafkaAccess
"""An address alone, of brokers that ask for nothing, or with what they ask for."""


def arguments_of(kafka: Kafka) -> dict[str, Any]:
    return (KafkaAccess(kafka) if isinstance(kafka, str) else kafka).arguments()

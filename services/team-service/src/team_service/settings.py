"""What team-service is told besides what every service is. Environment variables begin with LABELSTREAM_."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from pydantic import Field, SecretStr

from labelstream_common.runtime import CommonSettings


class Settings(CommonSettings):
    admin_email: str | None = Field(default=None, description="E-mail address of the first administrator")
    admin_password: SecretStr | None = Field(default=None, description="Password of the first administrator")
    key_rotation: timedelta = Field(
        default=timedelta(days=30), gt=timedelta(hours=1), description="How long one key signs tokens (ISO 8601: P30D)"
    )
    smtp_host: str | None = Field(default=None, description="Mail server; without one nothing is sent by e-mail")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the connection to the mail server is encrypted"
    )
    smtp_username: str | None = Field(default=None, description="Name to sign in to the mail server with")
    smtp_password: SecretStr | None = Field(default=None, description="Password to sign in to the mail server with")
    smtp_sender: str | None = Field(default=None, description="Address that e-mails come from")
    service_secret: SecretStr | None = Field(
        default=None, min_length=16, description="What sync-service signs in with, the same as in its own settings"
    )

    @property
    def service_secrets(self) -> Mapping[str, str]:
        """What other services sign in with, by their names."""
        return {} if self.service_secret is None else {"sync-service": self.service_secret.get_secret_value()}

"""What team-service is told besides what every service is. Environment variables begin with LABELSTREAM_."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from labelstream_common.runtime import CommonSettings
from team_service.domain.accounts import AccountRole
from team_service.domain.mail import MailLanguage
from team_service.domain.providers import ProviderRules

RoleName = Literal["admin", "member", "annotator"]


class OidcProviderSettings(BaseModel):
    """One provider of OpenID Connect. Its redirect URI is `<public url>/api/v1/auth/oidc/<id>/callback`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
    name: Annotated[str, Field(min_length=1, max_length=64)]
    issuer: str
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: SecretStr | None = None
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    groups_claim: str = "groups"
    roles: Mapping[str, RoleName] = Field(default_factory=dict)
    default_role: RoleName | None = "annotator"
    email_domains: tuple[str, ...] = ()

    @field_validator("issuer")
    @classmethod
    def _is_encrypted(cls, issuer: str) -> str:
        """Whoever can read or change what goes between, signs in as anybody."""
        url = urlsplit(issuer)
        if url.scheme == "https" or (url.scheme == "http" and url.hostname in {"127.0.0.1", "::1", "localhost"}):
            return issuer
        raise ValueError("an issuer is reached by https")

    def rules(self) -> ProviderRules:
        return ProviderRules(
            id=self.id,
            name=self.name,
            roles={group: AccountRole(role) for group, role in self.roles.items()},
            default_role=None if self.default_role is None else AccountRole(self.default_role),
            email_domains=frozenset(domain.lower() for domain in self.email_domains),
        )


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
    mailbox: bool = Field(
        default=False,
        description="Without a mail server, keep e-mails where administrators read them; for a first try",
    )
    mail_language: MailLanguage = Field(
        default="en", description="Language of e-mails where neither reader nor sender chose one (en, zh)"
    )
    service_secret: SecretStr | None = Field(
        default=None, min_length=16, description="What sync-service signs in with, the same as in its own settings"
    )

    oidc_providers: tuple[OidcProviderSettings, ...] = Field(
        default=(), description="Providers of OpenID Connect that people may sign in with, as JSON"
    )
    audit_days: int = Field(default=365, ge=1, le=3_650, description="How long entries of the audit are kept")

    @property
    def has_mailbox(self) -> bool:
        return self.mailbox and self.smtp_host is None

    @property
    def service_secrets(self) -> Mapping[str, str]:
        """What other services sign in with, by their names."""
        return {} if self.service_secret is None else {"sync-service": self.service_secret.get_secret_value()}

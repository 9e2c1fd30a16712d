"""Puts team-service together. The only module that names adapters."""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

import orjson
from fastapi import FastAPI

from labelstream_common.access import Access, AccessProjection, access_follower
from labelstream_common.auth import Authenticator, PublicKeys, TokenVerifier
from labelstream_common.clock import Clock, SystemClock, rfc3339
from labelstream_common.http import create_app
from labelstream_common.messaging import Follower, UnitOfWorkFactory
from labelstream_common.messaging.overload import OutboxGauge
from labelstream_common.mongo import Client, Database, database_of
from labelstream_common.operations import Operations, operations_router
from labelstream_common.runtime import BackgroundTask, Role, Service
from labelstream_common.telemetry import get_logger
from labelstream_contracts import topics
from team_service.adapters.accounts import MongoAccounts
from team_service.adapters.api_keys import MongoApiKeys
from team_service.adapters.attempts import MongoAttempts
from team_service.adapters.audit import MongoAudit, audit_indexes
from team_service.adapters.collections import COLLECTIONS, INDEXES
from team_service.adapters.common_passwords import common_passwords
from team_service.adapters.devices import SignedDevices
from team_service.adapters.identities import IDENTITY_INDEXES, MongoIdentities, MongoProviderLogins
from team_service.adapters.jobs import MongoJobs
from team_service.adapters.letters import LETTER_INDEXES, MongoLetters
from team_service.adapters.links import MongoLinks
from team_service.adapters.members import MongoMembers
from team_service.adapters.oidc import OidcProvider, ProviderSettings
from team_service.adapters.own_accounts import OwnAccounts
from team_service.adapters.passwords import Argon2Passwords
from team_service.adapters.preferences import MongoPreferences
from team_service.adapters.publishing import encode
from team_service.adapters.sign_ins import MongoSignIns
from team_service.adapters.signing_keys import Ed25519KeyMaker, Ed25519Signer, MongoSigningKeys
from team_service.adapters.smtp import MailboxMail, NoMail, SmtpMail, SmtpServer
from team_service.adapters.teams import MongoTeams
from team_service.application.first_administrator import ensure_first_administrator
from team_service.application.mailing import Delivery
from team_service.application.ports import Mail, Ports
from team_service.application.provider_sign_in import Provider
from team_service.application.signing_keys import current_key, keep_rotating, public_keys, revoke_others, rotate
from team_service.application.telling_teams import tell_of_earlier_teams
from team_service.application.turns import Turns
from team_service.entrypoints.consumers.audit_follower import audit_follower
from team_service.entrypoints.consumers.job_follower import job_follower
from team_service.entrypoints.consumers.progress_follower import progress_follower
from team_service.entrypoints.http import ROUTERS
from team_service.settings import Settings

NAME = "team-service"

log = get_logger(__name__)


def build(settings: Settings) -> Service:
    """All parts wired, nothing started, no I/O."""
    client = settings.mongodb(NAME)
    database = database_of(client, settings.database_name(NAME))
    clock = SystemClock()
    passwords = Argon2Passwords()
    ports = _ports(settings, client, database, passwords, clock)
    projection = AccessProjection(database)
    gauge = OutboxGauge(database, clock, service=NAME)

    async def start() -> None:
        await current_key(ports, clock.now())
        await _first_administrator(settings, ports)

    async def close() -> None:
        passwords.close()
        await client.close()

    return Service(
        name=NAME,
        app=_app(settings, database, ports, Access(projection, roles=MongoMembers(database).roles), gauge),
        settings=settings,
        client=client,
        database=database,
        indexes=(*INDEXES, *LETTER_INDEXES, *IDENTITY_INDEXES, *audit_indexes(timedelta(days=settings.audit_days))),
        collections=COLLECTIONS,
        upgrades=(partial(tell_of_earlier_teams, ports),),
        topics=(topics.ACCOUNT, topics.MEMBER, topics.TEAM),
        followers=_followers(projection, ports),
        background=_background(settings, database, ports, gauge),
        start=start,
        close=close,
    )


def _app(settings: Settings, database: Database, ports: Ports, access: Access, gauge: OutboxGauge) -> FastAPI:
    async def own_keys() -> bytes:
        return orjson.dumps({"keys": [dict(key) for key in await public_keys(ports)]})

    keys = PublicKeys(settings.keys_url, own_keys)
    return create_app(
        NAME,
        [*ROUTERS, operations_router()],
        authenticator=Authenticator(TokenVerifier(keys, issuer=settings.public_url), OwnAccounts(database)),
        database=database,
        access=access,
        state={
            "ports": ports,
            "operations": Operations(database, prefix="team"),
            "providers": _providers(settings),
        },
        probes={"keys": keys.ready},
        overload=gauge.retry_after,
        max_body_bytes=settings.max_body_bytes,
        title="Labelstream: sign-in and people",
    )


def _followers(projection: AccessProjection, ports: Ports) -> tuple[Follower, ...]:
    own = (job_follower(ports), audit_follower(ports.audit), progress_follower(ports))
    return access_follower(projection), *own


def _background(
    settings: Settings, database: Database, ports: Ports, gauge: OutboxGauge
) -> Mapping[Role, Sequence[BackgroundTask]]:
    async def keep_keys(stop: asyncio.Event) -> None:
        await keep_rotating(ports, settings.key_rotation, stop)

    delivery = Delivery(MongoLetters(database, keeps_content=settings.has_mailbox), ports.mail, ports)
    return {
        Role.API: (
            BackgroundTask(f"{NAME}.key-rotation", keep_keys),
            BackgroundTask(f"{NAME}.outbox-gauge", gauge.run),
        ),
        Role.RELAY: (BackgroundTask(f"{NAME}.mail", delivery.run),),
    }


def _ports(settings: Settings, client: Client, database: Database, passwords: Argon2Passwords, clock: Clock) -> Ports:
    audit = MongoAudit(database)
    return Ports(
        accounts=MongoAccounts(database),
        sign_ins=MongoSignIns(database),
        api_keys=MongoApiKeys(database),
        members=MongoMembers(database),
        teams=MongoTeams(database),
        jobs=MongoJobs(database),
        links=MongoLinks(database),
        attempts=MongoAttempts(database),
        devices=SignedDevices(database, clock),
        preferences=MongoPreferences(database),
        signing_keys=MongoSigningKeys(database),
        key_maker=Ed25519KeyMaker(),
        signer=Ed25519Signer(),
        passwords=passwords,
        common_passwords=common_passwords(),
        mail=_mail(settings, clock),
        letters=MongoLetters(database, keeps_content=settings.has_mailbox),
        provider_logins=MongoProviderLogins(database),
        identities=MongoIdentities(database),
        audit=audit,
        unit_of_work=UnitOfWorkFactory(client, database, encode, clock, audit.keep),
        clock=clock,
        turns=Turns(),
        public_url=settings.public_url.rstrip("/"),
        mail_language=settings.mail_language,
        has_mailbox=settings.has_mailbox,
        service_secrets=settings.service_secrets,
    )


def _providers(settings: Settings) -> Mapping[str, Provider]:
    public = settings.public_url.rstrip("/")
    return {
        each.id: OidcProvider(
            ProviderSettings(
                rules=each.rules(),
                issuer=each.issuer,
                client_id=each.client_id,
                client_secret=None if each.client_secret is None else each.client_secret.get_secret_value(),
                redirect_uri=f"{public}/api/v1/auth/oidc/{each.id}/callback",
                scopes=each.scopes,
                groups_claim=each.groups_claim,
            )
        )
        for each in settings.oidc_providers
    }


def _mail(settings: Settings, clock: Clock) -> Mail:
    if settings.smtp_host is None:
        return MailboxMail() if settings.has_mailbox else NoMail()
    password = settings.smtp_password
    server = SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_sender or settings.smtp_username or f"labelstream@{settings.smtp_host}",
        username=settings.smtp_username,
        password=None if password is None else password.get_secret_value(),
        security=settings.smtp_security,
    )
    return SmtpMail(server, clock)


async def _first_administrator(settings: Settings, ports: Ports) -> None:
    if settings.admin_email is None or settings.admin_password is None:
        return
    made = await ensure_first_administrator(
        settings.admin_email, settings.admin_password.get_secret_value(), ports=ports
    )
    if made is not None:
        log.info("team.administrator.created", account_id=made.id)


async def rotate_keys(settings: Settings, arguments: Sequence[str]) -> None:
    """The command: makes the next signing key. With `--revoke` it signs at once, and all others end."""
    parser = argparse.ArgumentParser(prog="python -m team_service rotate-keys")
    parser.add_argument("--revoke", action="store_true", help="end all other keys, and every token signed with them")
    revoke = parser.parse_args(arguments).revoke
    client = settings.mongodb(NAME)
    database = database_of(client, settings.database_name(NAME))
    ports = _ports(settings, client, database, Argon2Passwords(), SystemClock())
    made = await rotate(ports, at_once=revoke)
    ended = await revoke_others(ports, made) if revoke else 0
    sys.stdout.write(f"Key {made.id} signs from {rfc3339(made.signs_from)}; {ended} keys were revoked.\n")
    await client.close()

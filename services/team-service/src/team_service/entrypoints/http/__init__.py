"""The HTTP calls of team-service: the paths of the gateway API that are about people."""

from team_service.entrypoints.http import (
    accounts,
    annotators,
    api_keys,
    audit,
    invitations,
    key_set,
    mailbox,
    me,
    password_reset,
    people,
    preferences,
    providers,
    sessions,
    sign_in,
    team_members,
    teams,
    token,
)

ROUTERS = (
    sign_in.router,
    token.router,
    providers.router,
    password_reset.router,
    me.router,
    preferences.router,
    sessions.router,
    api_keys.router,
    accounts.router,
    teams.router,
    team_members.router,
    annotators.router,
    people.router,
    invitations.router,
    audit.router,
    mailbox.router,
    key_set.router,
)

__all__ = ["ROUTERS"]

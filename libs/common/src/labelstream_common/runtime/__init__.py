"""How a service runs: settings, roles, supervised tasks, the server and the command line."""

from labelstream_common.runtime.bounded_protocol import ConnectionLimits
from labelstream_common.runtime.command import main, run_roles
from labelstream_common.runtime.roles import prepare, tasks_of
from labelstream_common.runtime.server import serve
from labelstream_common.runtime.server_settings import ServerSettings, TrustedProxies
from labelstream_common.runtime.service import BackgroundTask, Role, Service
from labelstream_common.runtime.settings import CommonSettings
from labelstream_common.runtime.supervisor import supervise

__all__ = [
    "BackgroundTask",
    "CommonSettings",
    "ConnectionLimits",
    "Role",
    "ServerSettings",
    "Service",
    "TrustedProxies",
    "main",
    "prepare",
    "run_roles",
    "serve",
    "supervise",
    "tasks_of",
]

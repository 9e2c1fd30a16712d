"""The processes of Labelstream itself: all services in one, or one a service behind nginx."""

import json
import os
import pwd
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from labelstream_gateway.nginx import Site, render
from labelstream_gateway.routing import SERVICES, Target
from labelstream_local import probes
from labelstream_local.child import Child, Command
from labelstream_local.directory import write_file
from labelstream_local.errors import MissingPart, PortTaken
from labelstream_local.part import Part, Place
from labelstream_local.ports import is_free
from labelstream_local.stack import EmbeddedStack

_COPIES = {Target.LABEL: 2}
_NGINX_ADDRESS = "127.0.0.1"

# In one process, so that killing it leaves no worker behind on the port.
NGINX_DIRECTIVES = "daemon off; master_process off;"

Environment = Callable[[], Mapping[str, str]]
"""Asked at every start: a backing service may have got another address since the last one."""

Settings = Callable[[str | None], Mapping[str, str]]
"""The environment of one service, which knows no other's passwords; of all of them for None."""


class ServiceProcess(Part):
    """A Python process that answers `/healthz`. It is told where everything is by its environment."""

    start_timeout = 120.0

    def __init__(self, place: Place, name: str, module: Sequence[str], environment: Environment) -> None:
        super().__init__(place)
        self.name = name
        self.port_names = (name,)
        self._environment = environment
        self._module = module

    def command(self) -> Command:
        log = self._place.directory.log(self.name)
        return Command(self.name, self._argv(), log, self._place.mark, self._told())

    def _argv(self) -> tuple[str, ...]:
        return (sys.executable, "-m", *self._module, "--host", "127.0.0.1", "--port", str(self.port))

    def _told(self) -> Mapping[str, str]:
        return {**self._environment(), "LABELSTREAM_KAFKA_INSTANCE": self.name}

    async def answers(self) -> bool:
        return await probes.http_status(self.port, "/healthz") == 200

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


class OneProcess(ServiceProcess):
    """All four services and the gateway: the port is the one that was asked for."""

    def __init__(self, place: Place, port: int, environment: Environment) -> None:
        super().__init__(place, "services", ("labelstream_local.one_process",), environment)
        self.port_names = ()
        self._port = port
        self._warm: Child | None = None

    def command(self) -> Command:
        """It loads its program first and is told its settings after that, so that passwords are in no environment."""
        argv = (*self._argv(), "--told")
        return Command(self.name, argv, self._place.directory.log(self.name), self._place.mark, listens=True)

    async def warm(self) -> None:
        self._warm = await Child.spawn(self.command())

    async def spawn(self) -> Child:
        self.ready = False
        warm, self._warm = self._warm, None
        self.child = warm if warm is not None and warm.running else await Child.spawn(self.command())
        await self.child.tell(json.dumps(self._told()))
        self.changed()
        return self.child

    async def stop(self) -> None:
        await self._cool()
        await super().stop()

    async def kill(self) -> None:
        await self._cool()
        await super().kill()

    async def _cool(self) -> None:
        """End a process whose turn never came."""
        if self._warm is not None:
            await self._warm.kill()

    @property
    def shown_as(self) -> tuple[str, ...]:
        return tuple(target.value for target in SERVICES)

    @property
    def port(self) -> int:
        return self._port

    async def prepare(self) -> None:
        refuse_taken(self._port)


class Replica(ServiceProcess):
    """One of several processes of a service."""

    def __init__(self, place: Place, target: Target, name: str, environment: Environment) -> None:
        module = "labelstream_gateway.edge" if target is Target.EDGE else target.value.replace("-", "_")
        arguments = (module,) if target is Target.EDGE else (module, "all")
        super().__init__(place, name, arguments, environment)
        self.target = target

    @property
    def shown_as(self) -> tuple[str, ...]:
        return (self.target.value,)


class Nginx(Part):
    """The gateway of `--split`: the configuration is the one that production uses."""

    name = "gateway"
    port_names = ()

    def __init__(self, place: Place, port: int, replicas: Sequence[Replica]) -> None:
        super().__init__(place)
        self._port = port
        self._replicas = replicas

    @property
    def port(self) -> int:
        return self._port

    @property
    def _configuration(self) -> Path:
        return self._place.directory.config / "nginx.conf"

    async def prepare(self) -> None:
        refuse_taken(self._port)
        upstreams = {
            target: [replica.address for replica in self._replicas if replica.target is target] for target in Target
        }
        scratch = self._place.directory.config / "nginx"
        scratch.mkdir(mode=0o700, exist_ok=True)
        write_file(self._configuration, render(nginx_site(upstreams, self._port, scratch)))

    def command(self) -> Command:
        argv = (find_nginx(), "-c", str(self._configuration), "-g", NGINX_DIRECTIVES)
        return Command(self.name, argv, self._place.directory.log(self.name), self._place.mark)

    async def answers(self) -> bool:
        return await probes.http_status(self._port, "/healthz") == 200


def nginx_site(upstreams: Mapping[Target, Sequence[str]], port: int, scratch: Path) -> Site:
    """nginx on loopback with its files in `scratch`. Its workers keep the person's own user, who alone may enter."""
    user = pwd.getpwuid(os.getuid()).pw_name if os.getuid() == 0 else None
    return Site(upstreams, listen=f"127.0.0.1:{port}", scratch=str(scratch), workers="1", user=user)


def refuse_taken(port: int) -> None:
    """Raises PortTaken for the port that people were told, which cannot be exchanged for another."""
    if not is_free(port):
        raise PortTaken(port)


def find_nginx() -> str:
    """Raises MissingPart. Debian keeps nginx where an ordinary user's PATH does not look."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise MissingPart(
            "`--split` puts nginx before the services, and there is none on PATH: install it (on Debian and Ubuntu "
            "`apt-get install nginx-light`), or leave `--split` out."
        )
    return program


@dataclass(frozen=True)
class Arrangement:
    """Which processes run the services: layers of parts, and what is to be done before the first."""

    layers: Sequence[Sequence[Part]]
    prepare: Callable[[], Awaitable[None]]


def in_one_process(stack: EmbeddedStack, port: int, settings: Settings) -> Arrangement:
    async def prepares_itself() -> None:
        return None

    return Arrangement([[OneProcess(stack.place, port, lambda: settings(None))]], prepares_itself)


def split(stack: EmbeddedStack, port: int, settings: Settings) -> Arrangement:
    """Services and the edge first, then nginx before them. Raises MissingPart without nginx."""
    find_nginx()
    replicas: list[Replica] = []

    def environment(service: str | None) -> Mapping[str, str]:
        first = {replica.target: replica for replica in reversed(replicas)}
        urls = {_url_setting(target): f"http://{first[target].address}" for target in SERVICES}
        return {"LABELSTREAM_TRUSTED_PROXIES": _NGINX_ADDRESS, **settings(service), **urls}

    for target in Target:
        copies = _COPIES.get(target, 1)
        names = [f"{target.value}-{number}" for number in range(1, copies + 1)] if copies > 1 else [target.value]
        replicas += [Replica(stack.place, target, name, partial(environment, target.value)) for name in names]
    for replica in replicas:
        stack.place.ports.claim(replica.name)
    nginx = Nginx(stack.place, port, replicas)
    return Arrangement([replicas, [nginx]], lambda: _prepare(stack.place, environment(None)))


async def _prepare(place: Place, environment: Mapping[str, str]) -> None:
    argv = (sys.executable, "-m", "labelstream_local.preparation")
    log = place.directory.log("preparation")
    child = await Child.spawn(Command("preparation", argv, log, place.mark, environment))
    try:
        if await child.exited() != 0:
            raise child.failure()
    finally:
        await child.kill()


def _url_setting(target: Target) -> str:
    return f"LABELSTREAM_{target.value.replace('-', '_').upper()}_URL"

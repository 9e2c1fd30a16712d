"""nginx's configuration, rendered from the routing table: `python -m labelstream_gateway.nginx` writes it to stdout."""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from string import Template

from labelstream_gateway.routing import JOB_OF_PATH, TABLE, Bodies, Flow, Rule, Target

_TEMPLATE = Path(__file__).parent / "nginx.conf.template"
_SERVICE_PORT = 8000


def _names_of_compose() -> dict[Target, tuple[str, ...]]:
    return {target: (f"{target.value}:{_SERVICE_PORT}",) for target in Target}


@dataclass(frozen=True)
class Site:
    """What differs between places. The defaults are those of the container images in deploy/."""

    upstreams: Mapping[Target, Sequence[str]] = field(default_factory=_names_of_compose)
    listen: str = "8080"
    scratch: str = "/tmp"  # noqa: S108 - a container's own
    workers: str = "auto"
    user: str | None = None
    trusted_proxies: Sequence[str] = ()


def render(site: Site) -> str:
    return Template(_TEMPLATE.read_text()).substitute(
        listen=site.listen,
        scratch=site.scratch,
        workers=site.workers,
        user=f"user {site.user};\n" if site.user else "",
        real_ip=_real_ip(site.trusted_proxies),
        job_of_path=JOB_OF_PATH,
        upstreams="\n".join(_upstream(target, site.upstreams[target]) for target in Target),
        usual_bodies=Bodies.USUAL.value,
        locations="\n".join(_locations(TABLE)),
    )


def _real_ip(proxies: Sequence[str]) -> str:
    """A load balancer before nginx: its `X-Forwarded-For` says who the client is."""
    if not proxies:
        return ""
    trusted = [f"set_real_ip_from {proxy};" for proxy in proxies]
    return "\n".join([*trusted, "real_ip_header X-Forwarded-For;", "real_ip_recursive on;", ""])


def _upstream(target: Target, servers: Sequence[str]) -> str:
    lines = [f"    server {server} max_fails=1 fail_timeout=1s;" for server in servers]
    hashing = ["    hash $labelstream_lane consistent;"] if target is Target.LABEL else []
    return "\n".join([f"upstream {target.value} {{", *hashing, *lines, "    keepalive 64;", "}"])


def _locations(table: Iterable[Rule]) -> Iterable[str]:
    """Neighbours of one target, flow and size share a location; nginx tries them in the table's order."""
    for (target, flow, bodies), rules in groupby(table, key=lambda rule: (rule.target, rule.flow, rule.bodies)):
        pattern = "|".join(rule.regex for rule in rules)
        lines = [f'location ~ "{pattern}" {{', f"    proxy_pass http://{target.value};"]
        if bodies is not Bodies.USUAL:
            lines += [f"    client_max_body_size {bodies.value};"]
        if flow is Flow.STREAMED:
            lines += ["    proxy_buffering off;", "    proxy_read_timeout 1h;", "    gzip off;"]
        yield "\n".join([*lines, "}"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen", default=Site.listen, help="port or address:port")
    for target in Target:
        parser.add_argument(f"--{target.value}", action="append", metavar="HOST:PORT", help="may be repeated")
    parser.add_argument(
        "--trusted-proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="a load balancer before nginx; may repeat",
    )
    arguments = parser.parse_args()
    chosen = {target: getattr(arguments, target.value.replace("-", "_")) for target in Target}
    upstreams = _names_of_compose() | {target: servers for target, servers in chosen.items() if servers}
    sys.stdout.write(render(Site(upstreams, listen=arguments.listen, trusted_proxies=arguments.trusted_proxy)))


if __name__ == "__main__":
    main()

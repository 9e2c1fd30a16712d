"""A real HTTP server that answers as a gateway would, for commands; it remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typer.testing import CliRunner, Result

from labelstream.cli.application import application

Answers = Mapping[str, tuple[int, object]]
"""`GET /api/v1/me` → status and body; bytes are sent as they are. What is not here is 401."""

_UNKNOWN = 401, {"code": "unauthenticated", "detail": "Sign in first.", "status": 401}


@dataclass
class LocalGateway:
    answers: Answers
    url: str = ""
    asked: list[tuple[str, Any]] = field(default_factory=list)
    """Each request as method and path with its query, and its body."""
    scripts: dict[str, Callable[[Any], tuple[int, object]]] = field(default_factory=dict)
    """In front of `answers`: those that depend on the request's body."""

    @property
    def writes(self) -> list[tuple[str, Any]]:
        return [(line, body) for line, body in self.asked if not line.startswith("GET ")]


@contextmanager
def local_gateway(answers: Answers) -> Iterator[LocalGateway]:
    gateway = LocalGateway(answers)

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            asked = json.loads(body) if body[:1] in {b"{", b"["} else None
            gateway.asked.append((f"{self.command} {self.path}", asked))
            name = f"{self.command} {self.path.partition('?')[0]}"
            script = gateway.scripts.get(name)
            status, answer = gateway.answers.get(name, _UNKNOWN) if script is None else script(asked)
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815  # names of the standard library

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        gateway.url = f"http://127.0.0.1:{server.server_port}"
        yield gateway
        server.shutdown()
        thread.join()


def run(*arguments: str, stdin: str | None = None, environment: Mapping[str, str] | None = None) -> Result:
    """Run `labelstream …` in this process."""
    return CliRunner().invoke(application(), arguments, input=stdin, env=environment)

"""People at command lines of their own, each with a folder for their sign-in. The commands run in this process."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.conftest import PASSWORD, Door
from tests.support.local_gateway import run
from typer.testing import Result

from labelstream.cli.exits import Exit


def address(name: str) -> str:
    return f"{name}-{secrets.token_hex(4)}@example.org"


@dataclass(frozen=True)
class Seat:
    """Somebody at a command line."""

    door: Door
    email: str
    folder: Path

    def run(self, *arguments: str, stdin: str | None = None) -> Result:
        environment = {"XDG_CONFIG_HOME": str(self.folder / self.email), "LABELSTREAM_URL": self.door.url}
        return run(*arguments, stdin=stdin, environment=environment)

    def says(self, *arguments: str) -> str:
        """What a command prints for a person."""
        result = self.run(*arguments)
        assert result.exit_code == Exit.DONE, (arguments, result.output, result.exception)
        return result.output

    def all(self, *arguments: str, stdin: str | None = None) -> list[Any]:
        """The documents that a command prints for a program."""
        result = self.run(*arguments, "--json", stdin=stdin)
        assert result.exit_code == Exit.DONE, (arguments, result.output, result.exception)
        return [json.loads(line) for line in result.stdout.splitlines()]

    def one(self, *arguments: str, stdin: str | None = None) -> Any:
        (found,) = self.all(*arguments, stdin=stdin)
        return found

    def samples(self, job: str, *filters: str) -> set[str]:
        return {each["sample_id"] for each in self.all("items", job, *filters)}

    def sign_in(self) -> "Seat":
        self.one("login", "--email", self.email, "--password-stdin", stdin=f"{PASSWORD}\n")
        return self

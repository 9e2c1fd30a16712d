"""How `up` tells what goes on: a line that changes while it waits on a terminal, plain lines elsewhere."""

from collections.abc import Sequence
from contextlib import ExitStack

from rich.console import Console
from rich.markup import escape
from rich.status import Status


class Narration:
    """Everything goes to stderr; nothing here is a result."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._status: Status | None = None
        self._exits = ExitStack()

    def waits_for(self, names: Sequence[str]) -> None:
        if not names:
            self.done()
            return
        if not self._console.is_terminal:
            return
        text = f"waiting for {', '.join(names)}"
        if self._status is None:
            self._status = self._exits.enter_context(self._console.status(text))
        self._status.update(text)

    def started(self, name: str, seconds: float) -> None:
        self._console.print(f"  [green]✓[/] {name:<16} [dim]{seconds:.1f} s[/]")

    def says(self, sentence: str) -> None:
        self._console.print(escape(sentence), soft_wrap=True)

    def done(self) -> None:
        self._exits.close()
        self._status = None

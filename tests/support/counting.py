"""What a client asks its database, counted by command."""

from collections import Counter

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent


class Counting(CommandListener):
    """How often each command was asked."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def started(self, event: CommandStartedEvent) -> None:
        self.asked[event.command_name] += 1

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Counted when it started."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Counted when it started."""

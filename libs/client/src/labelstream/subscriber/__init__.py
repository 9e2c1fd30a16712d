"""The subscriber: `subscribe` and what it hands out."""

from labelstream.subscriber.start import Positions, Start
from labelstream.subscriber.subscription import Subscription, subscribe

__all__ = ["Positions", "Start", "Subscription", "subscribe"]

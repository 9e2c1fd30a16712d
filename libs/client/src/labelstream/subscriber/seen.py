"""Which version of each key was handed out last, in bounded memory, so that duplicates are dropped.

Duplicates come from a relay that sends its last waves again after a crash, or the newest state of a few keys after a
pause. So a duplicate is at most some waves behind its original, and remembering the most recently changed keys is
enough; remembering every key for ever would grow with the data. Two generations approximate "most recently" for the
price of a dictionary: keys enter the young one, and when that is full it becomes the old one, whose forgotten keys
had no change during a whole generation. For a key that was forgotten, a duplicate would be handed out again; it
carries the same version, as everywhere, so a caller that stores versions can drop it for ever.
"""


class Seen:
    """Versions of the last `capacity` to `2 * capacity` keys of one partition; about 200 bytes each."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._young: dict[bytes, int] = {}
        self._old: dict[bytes, int] = {}

    def is_new(self, key: bytes, version: int) -> bool:
        """Whether `version` is above what was seen of `key`; if so, it is what has been seen from now on."""
        young = self._young
        last = young.get(key)
        if last is None:
            last = self._old.get(key, 0)
        if version <= last:
            return False
        young[key] = version
        if len(young) >= self._capacity:
            self._old, self._young = young, {}
        return True

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

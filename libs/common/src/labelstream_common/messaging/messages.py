"""Messages as a change record holds them: encoded once, when the change is decided, and sent as they are.

A record's messages are one block: a MessagePack list, compressed with Zstandard. A thousand label changes take
about 20 to 60 kB and half a millisecond, where a thousand subdocuments take 700 kB and ten times as long.
"""

from collections.abc import Sequence

import cramjam
import msgspec

_COMPRESSION_LEVEL = 1


class Message(msgspec.Struct, frozen=True, array_like=True):
    """One Kafka message; with an empty `topic`, an entry of the feed that is not published.

    `version` is the subject's own version (`ce_sequence`). `value` is the encoded payload; None ends the key in a
    compacted topic. `seq` is the place in the stream; the outbox sets it. `part` is empty for an event of its own; a
    message that goes with the event before it (its end, its progress) names itself there and shares that event's
    `seq`. `key_hash` decides the partition; -1 leaves hashing the key to the relay. `context` points into the
    record's contexts.
    """

    topic: str
    type: str
    key: str
    subject: str
    version: int
    value: bytes | None
    seq: int = 0
    part: str = ""
    key_hash: int = -1
    context: int = 0
    stream: str = ""

    @property
    def stream_id(self) -> str:
        return self.stream or self.key


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(list[Message])


def pack(messages: Sequence[Message]) -> bytes:
    """The block that a change record keeps."""
    return bytes(cramjam.zstd.compress(_ENCODER.encode(messages), _COMPRESSION_LEVEL))


def unpack(block: bytes) -> list[Message]:
    """The messages of a block, in their order."""
    return _DECODER.decode(bytes(cramjam.zstd.decompress(block)))


def event_id(stream: str, message: Message) -> str:
    """`ce_id`: the message's place in its stream, so that a duplicate has the same one for ever."""
    own = f"{stream}:{message.seq}"
    return f"{own}:{message.part}" if message.part else own

"""An export under way ends when its caller loses the right: the last line, which makes it whole, is never sent."""

from collections.abc import AsyncIterator

from label_service.entrypoints.http.while_allowed import while_allowed
from labelstream_common.access import JobRight
from labelstream_common.auth import AccountRole, Caller

_CALLER = Caller("ada", AccountRole.MEMBER)


class Gate:
    """Answers as `Access` does; may close while a stream is read."""

    def __init__(self) -> None:
        self.open = True
        self.asked: list[JobRight] = []

    async def allows(self, caller: Caller, job_id: str, right: JobRight) -> bool:
        assert (caller, job_id) == (_CALLER, "job")
        self.asked.append(right)
        return self.open


async def _lines() -> AsyncIterator[bytes]:
    for number in range(5):
        yield b"row %d\n" % number
    yield b"last\n"


async def test_an_export_of_who_keeps_the_right_is_whole() -> None:
    gate = Gate()
    allowed = while_allowed(_lines(), gate, _CALLER, "job", JobRight.EXPORT, look_every=0.0)
    assert [piece async for piece in allowed][-1] == b"last\n"
    assert set(gate.asked) == {JobRight.EXPORT}


async def test_an_export_ends_without_its_last_line_when_the_right_is_lost() -> None:
    gate = Gate()
    seen = []
    async for piece in while_allowed(_lines(), gate, _CALLER, "job", JobRight.EXPORT, look_every=0.0):
        seen.append(piece)
        gate.open = len(seen) < 3
    assert seen == [b"row 0\n", b"row 1\n", b"row 2\n"]

"""The reply of calls that act and have nothing to show for it."""

from labelstream_common.http import View


class Done(View):
    """It is done."""


DONE = Done()


def done(_: object) -> Done:
    """The answer that is kept for a repeat, whatever was done."""
    return DONE

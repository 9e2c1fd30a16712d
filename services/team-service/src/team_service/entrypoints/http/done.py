"""The reply of calls that act and have nothing to show for it."""

from labelstream_common.http import View


class Done(View):
    """It is done."""


DONE = Done()

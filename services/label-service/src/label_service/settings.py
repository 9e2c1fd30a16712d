"""Settings of label-service."""

from labelstream_common.runtime import CommonSettings


class Settings(CommonSettings):
    """What every service has; label-service needs nothing of its own."""

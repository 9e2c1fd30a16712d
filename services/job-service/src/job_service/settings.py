"""job-service's settings: those that every service has."""

from labelstream_common.runtime import CommonSettings


class Settings(CommonSettings):
    """Nothing of its own yet."""

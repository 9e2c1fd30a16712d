"""Why a letter was not sent."""

from labelstream_common.errors import Conflict, Unavailable


class MailNotConfigured(Conflict):
    code = "mail-not-configured"

    def __init__(self) -> None:
        super().__init__(
            "No mail server is configured, so nothing was sent. An administrator can set LABELSTREAM_SMTP_HOST."
        )


class MailServerAway(Unavailable):
    code = "mail-server-away"

    def __init__(self) -> None:
        super().__init__("The mail server rejected the message; nothing was sent.", retry_after=30.0)

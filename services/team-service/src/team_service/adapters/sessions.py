"""The session of a transaction, where a call belongs to one."""

from labelstream_common.mongo import Session
from team_service.application.ports import Work


def session_of(work: Work | None) -> Session | None:
    return None if work is None else work.session

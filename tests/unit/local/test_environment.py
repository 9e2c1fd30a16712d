"""The settings that a local platform gives its services, whichever object store it has."""

from pathlib import Path

import pytest

from labelstream_local.stack import EmbeddedStack


@pytest.mark.parametrize("s3_kind", ["minio", "rclone"])
def test_every_member_may_make_datasets_on_the_platforms_own_store(tmp_path: Path, s3_kind: str) -> None:
    stack = EmbeddedStack(tmp_path, s3_kind=s3_kind)
    for server in stack.servers:
        for name in server.port_names:
            stack.place.ports.claim(name)
    assert stack.environment()["LABELSTREAM_OWN_STORE_GRANTED_TO"] == "members"

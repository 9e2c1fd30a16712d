"""Who follows the demonstration with a look at the console can sign in, and is told the password once."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from labelstream.cli.demo import _where
from labelstream.demo import platform as demo_platform
from labelstream.demo.bucket import ObjectStoreAddress
from labelstream.demo.platform import Platform
from labelstream.profiles import Broker

SHOWN = (
    "  Data           /data\n  Administrator  admin@example.org, password made-up (shown this once)\nCtrl-C stops it.\n"
)


@pytest.mark.parametrize(("keep", "hidden"), [(True, False), (False, True)])
def test_a_platform_that_stops_leaves_the_sign_in_to_the_next_start(
    keep: bool, hidden: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []

    def popen(command: list[str], **_: Any) -> None:
        started.append(command)

    monkeypatch.setattr(subprocess, "Popen", popen)
    demo_platform._start(tmp_path, None, keep=keep)
    assert ("--hide-sign-in" in started[0]) is hidden


def test_a_platform_that_is_kept_tells_the_sign_in_if_it_was_shown_to_the_log_alone(tmp_path: Path) -> None:
    broker, store = Broker(bootstrap_servers="127.0.0.1:1"), ObjectStoreAddress("http://127.0.0.1:2", "key", "secret")
    platform = Platform("http://x", broker, store, started_here=True)
    log = tmp_path / "demo-up.log"
    log.write_text(SHOWN)
    told = ["Sign in as admin@example.org, password made-up (shown this once)", "See it at http://x/jobs/1"]
    assert _where(platform, "http://x/jobs/1", tmp_path, keep=True) == told
    log.write_text("Ctrl-C stops it.\n")  # shown before, or chosen by the person
    assert _where(platform, "http://x/jobs/1", tmp_path, keep=True) == ["See it at http://x/jobs/1"]

"""The data directory: who may read it, what stays the same between starts, what is said when something is wrong."""

import platform
import shutil
import socket
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.waiting import eventually

from labelstream_local import credentials
from labelstream_local.child import MARK, Child, Command
from labelstream_local.credentials import Credentials
from labelstream_local.directory import NEEDED_BYTES, DataDirectory, read_json, write_json
from labelstream_local.errors import AlreadyRunning, BrokenDataDirectory, DiskFull, PortTaken, UnsupportedPlatform
from labelstream_local.mongodb import find_mongod
from labelstream_local.ports import Ports, choose, is_free


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    made = DataDirectory.at(tmp_path / "data")
    made.create()
    return made


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_may_look_in(directory: DataDirectory) -> None:
    credentials.save(directory, Credentials.generate(s3_kind="rclone"))
    assert mode_of(directory.root) == 0o700
    assert mode_of(directory.secrets_file) == 0o600


def test_secrets_are_made_once_and_differ_between_directories(directory: DataDirectory) -> None:
    assert credentials.load(directory) is None
    made = Credentials.generate(s3_kind="rclone")
    credentials.save(directory, made)
    assert credentials.load(directory) == made
    assert Credentials.generate(s3_kind="rclone").mongodb_password != made.mongodb_password


def test_damaged_secrets_are_one_sentence_with_a_way_out(directory: DataDirectory) -> None:
    directory.secrets_file.write_text('{"stack_id": "x"}')
    with pytest.raises(BrokenDataDirectory, match="labelstream reset"):
        credentials.load(directory)
    directory.secrets_file.write_text("{")
    with pytest.raises(BrokenDataDirectory, match="labelstream reset"):
        credentials.load(directory)


def test_a_file_is_replaced_whole(directory: DataDirectory) -> None:
    write_json(directory.run_file, {"a": 1})
    write_json(directory.run_file, {"b": 2})
    assert read_json(directory.run_file) == {"b": 2}
    assert [entry.name for entry in directory.root.glob(".run*")] == []


def test_erase_takes_what_is_ours_and_nothing_else(directory: DataDirectory) -> None:
    credentials.save(directory, Credentials.generate(s3_kind="rclone"))
    directory.of("mongodb").mkdir()
    strangers = directory.root / "notes.txt"
    strangers.write_text("mine")
    directory.erase()
    assert [entry.name for entry in directory.root.iterdir()] == ["notes.txt"]
    strangers.unlink()
    directory.erase()
    assert not directory.root.exists()


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BrokenDataDirectory, match="cannot be written"):
        DataDirectory.at(tmp_path / "file" / "data").create()


def test_too_little_room_is_refused_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=NEEDED_BYTES - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(DiskFull, match="--data-dir"):
        DataDirectory.at(tmp_path).create()


def test_ports_stay_while_they_are_free(directory: DataDirectory) -> None:
    first = Ports(directory).claim("kafka")
    assert Ports(directory).claim("kafka") == first
    assert Ports(directory).claim("s3") != first


def test_a_port_that_was_taken_meanwhile_is_exchanged_and_remembered(directory: DataDirectory) -> None:
    first = Ports(directory).claim("kafka")
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", first))
        stranger.listen()
        assert not is_free(first)
        second = Ports(directory).claim("kafka")
    assert second != first
    assert Ports(directory).get("kafka") == second


def test_ports_lie_where_outgoing_connections_do_not(directory: DataDirectory) -> None:
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    if lowest < 21_000:
        pytest.skip("this machine gives nearly all ports to outgoing connections")
    assert all(choose() < lowest for _ in range(50))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PortTaken(8080), ("8080", "--port")),
        (DiskFull(Path("/data"), 12_000_000), ("12 MB", "/data")),
        (AlreadyRunning(Path("/data"), 7, "http://x"), ("/data", "pid 7", "labelstream down")),
    ],
)
def test_a_failure_is_one_sentence_that_says_what_to_do(error: Exception, words: tuple[str, ...]) -> None:
    text = str(error)
    assert all(word in text for word in words)
    assert "\n" not in text


async def test_a_child_is_marked_logged_and_stopped(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    child = await Child.spawn(Command("x", ("sh", "-c", f"echo ${MARK}; exec sleep 60"), log, "the-mark"))

    async def spoke() -> None:
        assert log.read_text() == "the-mark\n"

    await eventually(spoke)
    assert child.running
    await child.stop()
    assert not child.running


async def test_a_child_that_ignores_the_polite_way_is_killed(tmp_path: Path) -> None:
    script = "trap '' TERM; echo up; while true; do sleep 0.1; done"
    child = await Child.spawn(Command("x", ("sh", "-c", script), tmp_path / "x.log", ""))
    await child.stop(patience=0.3)
    assert child.returncode is not None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "mongod: error while loading shared libraries: libcurl.so.4: cannot open",
            ("libcurl.so.4", "apt-get", "libcurl4"),
        ),
        ("write failed: No space left on device", ("disk is full",)),
        ("something odd", ("code 3", "something odd", "x.log")),
    ],
)
async def test_why_a_child_failed_is_read_from_its_log(tmp_path: Path, said: str, words: tuple[str, ...]) -> None:
    child = await Child.spawn(Command("mongodb", ("sh", "-c", f"echo '{said}'; exit 3"), tmp_path / "x.log", ""))
    await child.exited()
    sentence = str(child.failure())
    assert all(word in sentence for word in words)


def test_another_kind_of_machine_is_one_sentence_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    with pytest.raises(UnsupportedPlatform, match=r"aarch64.*deploy/"):
        find_mongod()


def test_status_loads_no_driver() -> None:
    found = "' '.join({'aiokafka', 'pymongo'} & sys.modules.keys())"
    script = f"import sys, labelstream_local.status\nsys.stdout.write({found})"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert done.stdout == ""


def test_every_user_has_a_password_of_its_own_and_keeps_it(tmp_path: Path) -> None:
    directory = DataDirectory.at(tmp_path)
    directory.create()
    made = Credentials.generate(s3_kind="rclone")
    credentials.save(directory, made)
    loaded = credentials.load(directory)
    assert loaded is not None
    assert loaded == made
    users = ["job-service", "label-service", "subscriber"]
    passwords = {made.password_of(server, user) for server in ("kafka", "mongodb") for user in users}
    assert len(passwords) == 6
    assert loaded.kafka_user("subscriber") == made.kafka_user("subscriber")
    assert made.kafka_password not in passwords


def test_secrets_of_an_earlier_release_gain_what_they_lack(tmp_path: Path) -> None:
    directory = DataDirectory.at(tmp_path)
    directory.create()
    credentials.save(directory, replace(Credentials.generate(s3_kind="rclone"), kafka_password="", user_seed=""))
    found = credentials.load(directory)
    assert found is not None
    assert found.kafka_password
    assert found.user_seed
    assert credentials.load(directory) == found

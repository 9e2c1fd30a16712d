"""An interrupted upload goes on where it stopped, as long as the server still takes what was uploaded."""

import time
from pathlib import Path

import pytest

from labelstream.cli.folders import EMPTY, ENDING, read_folder
from labelstream.cli.uploading import Journal


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def test_what_was_noted_is_not_uploaded_again_unless_it_changed(tmp_path: Path, state: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        (folder / name).write_bytes(b"x")
    first, second = read_folder(folder, "in/").files
    assert (first.key, second.key) == ("in/a.png", "in/b.png")
    Journal("http://here", "dataset", folder, "in/").note(first)
    known = Journal("http://here", "dataset", folder, "in/").read()
    assert known == {first.mark}
    assert Journal("http://here", "other", folder, "in/").read() == set()
    (folder / "a.png").write_bytes(b"other")
    assert read_folder(folder, "in/").files[0].mark not in known


def test_what_is_not_sent_of_a_folder_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, content in (("a.PNG", b"x"), ("in/notes.doc", b"x"), ("in/empty.jpg", b""), (".hidden.png", b"x")):
        (tmp_path / name).write_bytes(content)
    found = read_folder(tmp_path, "up/")
    assert [each.key for each in found.files] == ["up/a.PNG"]
    assert [(each.path, each.reason) for each in found.not_sent] == [("in/empty.jpg", EMPTY), ("in/notes.doc", ENDING)]


def test_what_was_uploaded_too_long_ago_is_uploaded_again(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    (file,) = read_folder(tmp_path, "").files
    journal = Journal("http://here", "dataset", tmp_path, "")
    journal.note(file)
    later = time.time() + 7 * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    assert journal.read() == set()
    journal.note(file)
    assert journal.read() == {file.mark}
    journal.forget()
    assert journal.read() == set()

"""An interrupted upload goes on where it stopped, as long as the server still takes what was uploaded."""

import time
from pathlib import Path

import pytest

from labelstream.cli.uploading import Journal, files_of


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


def test_what_was_noted_is_not_uploaded_again_unless_it_changed(tmp_path: Path, state: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    for name in ("a.png", "b.png", "notes.doc", ".hidden.png"):
        (folder / name).write_bytes(b"x")
    first, second = files_of(folder, "in/")
    assert (first.key, second.key) == ("in/a.png", "in/b.png")
    Journal("http://here", "dataset", folder, "in/").note(first)
    known = Journal("http://here", "dataset", folder, "in/").read()
    assert known == {first.mark}
    assert Journal("http://here", "other", folder, "in/").read() == set()
    (folder / "a.png").write_bytes(b"other")
    assert next(files_of(folder, "in/")).mark not in known


def test_what_was_uploaded_too_long_ago_is_uploaded_again(
    tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    (file,) = files_of(tmp_path, "")
    journal = Journal("http://here", "dataset", tmp_path, "")
    journal.note(file)
    later = time.time() + 7 * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    assert journal.read() == set()
    journal.note(file)
    assert journal.read() == {file.mark}
    journal.forget()
    assert journal.read() == set()

"""The command line as a process: any encoding, nothing a terminal obeys, no traceback, broken pipes, a quick start.

Each command runs against a real HTTP server.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.main import get_group

from labelstream.cli.application import COMMANDS, Commands, application
from labelstream.cli.exits import Exit
from labelstream.cli.terminal import printable_json, visible

HOSTILE = "\x1b[31mred\x07\u202etxt.\x9b2J"
JOB = {"id": "j1", "name": f"Größe → {HOSTILE}", "dataset_id": "d1", "state": "active"}
ITEM = {"sample_id": "s1", "path": HOSTILE}
ANSWERS: Mapping[str, tuple[int, object]] = {
    "/api/v1/jobs": (200, {"items": [JOB] * 500, "next_cursor": None}),
    "/api/v1/jobs/j1/items": (200, {"items": [ITEM], "next_cursor": None}),
    "/api/v1/jobs/gone": (404, {"code": "job-not-found", "detail": f"There is no job {HOSTILE}.", "status": 404}),
    "/api/v1/jobs/html": (200, "<html>"),
}


class Gateway(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # the standard library's name
        status, body = ANSWERS.get(self.path.partition("?")[0], (404, {"code": "not-found", "detail": "Not found."}))
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def environment(url: str, tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "LABELSTREAM_URL": url, "LABELSTREAM_TOKEN": "t"}


def run(environment: Mapping[str, str], *arguments: str, stdin: bytes = b"") -> tuple[int, bytes, bytes]:
    command = [sys.executable, "-m", "labelstream", *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, check=False, env=environment)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("surroundings", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
@pytest.mark.parametrize("arguments", [("--help",), ("jobs", "list"), ("jobs", "show", "gone"), ("demo", "--help")])
def test_any_encoding_of_a_terminal_is_served(
    environment: dict[str, str], arguments: tuple[str, ...], surroundings: dict[str, str]
) -> None:
    code, out, err = run({**environment, **surroundings, "PYTHONCOERCECLOCALE": "0"}, *arguments)
    assert code in {Exit.DONE, Exit.NOT_FOUND}, err
    assert b"Traceback" not in err
    assert out or err


def test_json_is_whole_in_any_encoding(environment: dict[str, str]) -> None:
    code, out, err = run({**environment, "PYTHONIOENCODING": "ascii"}, "jobs", "list", "--json")
    assert code == Exit.DONE, err
    assert out.isascii()
    assert json.loads(out.splitlines()[0])["name"] == JOB["name"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("jobs", "list"),
        ("jobs", "list", "--json"),
        ("items", "j1"),
        ("items", "j1", "--json"),
        ("jobs", "show", "gone"),
    ],
)
def test_control_characters_never_reach_the_terminal(environment: dict[str, str], arguments: tuple[str, ...]) -> None:
    _, out, err = run({**environment, "PYTHONIOENCODING": "utf-8"}, *arguments)
    printed = (out + err).decode()
    assert "red" in printed
    assert not [each for each in printed if not each.isprintable() and each != "\n"]


def test_what_is_escaped_can_still_be_read() -> None:
    assert visible("a\x1b[1m\u202eb\nc") == "a\\x1b[1m\\u202eb\\nc"
    assert visible("نمی\u200cخواهم") == "نمی\u200cخواهم"
    assert (
        json.loads(printable_json(json.dumps("\x9b\u202e\U000e0001é", ensure_ascii=False))) == "\x9b\u202e\U000e0001é"
    )


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "sentence"),
    [
        (("jobs", "show", "html"), b"", Exit.FAILED, b"is not what the API says"),
        (("jobs", "list", "--url", "localhost:8080"), b"", Exit.USAGE, b"'localhost:8080' is not the address"),
        (("jobs", "list", "--url", "http://["), b"", Exit.USAGE, b"'http://[' is not the address"),
        (("label", "j1", "-", "--add", "x"), b"\xff\n", Exit.FAILED, b"not text in UTF-8"),
        (
            ("export", "j1", "-o", "/nowhere/at/all"),
            b"",
            Exit.FAILED,
            b"/nowhere/at/all.partial: No such file or directory.",
        ),
        (("predict", "j1", "/nowhere"), b"", Exit.FAILED, b"/nowhere: No such file or directory."),
        (("predict", "j1", "-"), b'{"sample_id": 1}', Exit.FAILED, b"Line 1 of stdin is not a prediction"),
        (("watch", "j1", "--bootstrap-servers", "127.0.0.1:1"), b"", Exit.UNAVAILABLE, b"127.0.0.1:1"),
        (
            ("watch", "j1", "--bootstrap-servers", "nonsense:port"),
            b"",
            Exit.USAGE,
            b"'nonsense:port' is not the address of Kafka",
        ),
    ],
)
def test_what_the_user_can_mend_is_one_sentence(
    environment: dict[str, str], arguments: tuple[str, ...], stdin: bytes, code: Exit, sentence: bytes
) -> None:
    ended, out, err = run(environment, *arguments, stdin=stdin)
    assert sentence in err
    assert (ended, out) == (code, b"")
    assert len(err.splitlines()) == 1


def test_credentials_that_cannot_be_kept_are_one_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    nowhere = {**environment, "XDG_CONFIG_HOME": str(tmp_path / "file")}
    code, _, err = run(nowhere, "login", "--email", "a@b.c", "--password-stdin")
    assert code == Exit.FAILED
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [("jobs", "list"), ("jobs", "list", "--json"), ("--help",)])
def test_a_broken_pipe_is_no_failure(environment: dict[str, str], arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "labelstream", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
    assert (process.returncode, errors) == (Exit.DONE, b"")


HEAVY = {"httpx", "rich", "pydantic", "aiokafka", "minio", "asyncio", "psutil"}


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [(["--help"], set()), (["jobs", "--help"], {"httpx"}), (["jobs", "list", "--json"], {"httpx"})],
)
def test_a_command_imports_only_what_it_needs(
    environment: dict[str, str], arguments: list[str], needed: set[str]
) -> None:
    script = (
        "import sys\nfrom labelstream.cli import main\n"
        f"sys.argv = ['labelstream', *{arguments!r}]\n"
        "try:\n    main()\nfinally:\n"
        f"    sys.stderr.write(' '.join({HEAVY!r} & sys.modules.keys()))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, env=environment, text=True)
    assert done.returncode == Exit.DONE
    assert set(done.stderr.split()) - {"asyncio"} == needed


def test_the_table_of_commands_says_what_each_command_says_of_itself() -> None:
    group = get_group(application())
    assert isinstance(group, Commands)
    for name, part in COMMANDS.items():
        assert group.get_command(None, name).help.partition("\n")[0].startswith(part.help), name

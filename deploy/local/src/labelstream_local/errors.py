"""What can keep the local platform from starting, each as one sentence for the person at the terminal.

StartError
├── UnsupportedPlatform
├── MissingPart
│   └── MissingLibrary
├── PortTaken
├── DiskFull
├── AlreadyRunning
├── BrokenDataDirectory
└── PartFailed
"""

from pathlib import Path


class StartError(Exception):
    """A reason to stop that the person can act on; its text is printed as it stands."""


class UnsupportedPlatform(StartError):
    """No MongoDB is shipped for this machine's system or processor."""


class MissingPart(StartError):
    """A program that comes with an installed package, or was to be fetched before, is not there."""


class MissingLibrary(MissingPart):
    """The system lacks a shared library that a shipped program was linked with."""

    _PACKAGES = {  # noqa: RUF012 - a constant table
        "libcurl.so.4": "libcurl4",
        "libssl.so.3": "libssl3",
        "libcrypto.so.3": "libssl3",
        "liblzma.so.5": "liblzma5",
        "libresolv.so.2": "libc6",
        "libgcc_s.so.1": "libgcc-s1",
    }

    def __init__(self, program: str, library: str) -> None:
        package = self._PACKAGES.get(library, library.partition(".so")[0])
        super().__init__(
            f"{program} needs the system library {library}, which this machine does not have: "
            f"install it (on Debian and Ubuntu `apt-get install {package}`) and start again."
        )


class PortTaken(StartError):
    """The port that was asked for belongs to another program."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(
            f"Port {port} is taken by another program: stop that one, or choose another port with `--port`."
        )


class DiskFull(StartError):
    """Too little room is left where the data lies."""

    def __init__(self, directory: Path, free_bytes: int) -> None:
        super().__init__(
            f"The disk is full: {free_bytes // 1_000_000} MB are free at {directory}, "
            "and Labelstream needs at least 500 MB; make room, or choose another place with `--data-dir`."
        )


class AlreadyRunning(StartError):
    """Another `up` holds the data directory."""

    def __init__(self, directory: Path, pid: int | None, url: str | None) -> None:
        who = f" (pid {pid})" if pid else ""
        where = f" at {url}" if url else ""
        super().__init__(
            f"Labelstream already runs{where} with the data in {directory}{who}; `labelstream down` stops it."
        )


class BrokenDataDirectory(StartError):
    """The data directory cannot be read or written, or is not one of ours."""


class PartFailed(StartError):
    """A part ended or did not answer in time; the sentence carries the last thing it said and where its log is."""

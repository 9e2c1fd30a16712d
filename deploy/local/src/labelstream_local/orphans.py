"""Processes that a killed `up` left behind: found by the mark of their data directory in their environment.

The mark holds the directory's random id and its path, so neither another platform's processes nor those of a copied
directory carry it; a pid that was given to somebody else does not either.
"""

import psutil

from labelstream_local.child import MARK

_PATIENCE = 25.0


def find(mark: str) -> list[psutil.Process]:
    """Every process with this mark that is not an ancestor of this one."""
    own = {psutil.Process().pid, *(parent.pid for parent in psutil.Process().parents())}
    return [process for process in psutil.process_iter() if process.pid not in own and _mark_of(process) == mark]


def end(processes: list[psutil.Process]) -> None:
    """Stop them politely, then firmly. Blocks until they are gone."""
    for process in processes:
        _signal(process, kill=False)
    _, alive = psutil.wait_procs(processes, timeout=_PATIENCE)
    for process in alive:
        _signal(process, kill=True)
    psutil.wait_procs(alive, timeout=5.0)


def _mark_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK)
    except (psutil.Error, OSError):
        return None  # it ended meanwhile, or belongs to somebody else: not ours either way


def _signal(process: psutil.Process, *, kill: bool) -> None:
    try:
        if kill:
            process.kill()
        else:
            process.resume()
            process.terminate()
    except psutil.NoSuchProcess:
        pass  # it has ended, which is what was wanted

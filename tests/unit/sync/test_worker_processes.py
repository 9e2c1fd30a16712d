"""Processes that decode what users bring, as they are started."""

import os

from sync_service.adapters.worker_processes import ended, started


async def test_a_signal_to_our_process_group_does_not_reach_a_decoder() -> None:
    process = await started("sync_service.adapters.parquet_worker", "1000000000", "0")
    try:
        assert os.getpgid(process.pid) == process.pid
    finally:
        await ended(process)

"""The demonstration is the main path: bucket, dataset, job, a thousand labels, a rename, and every event once."""

import json

from tests.e2e.conftest import Door


async def test_every_label_of_the_demo_arrives_once_and_in_order_and_it_may_run_twice(either_door: Door) -> None:
    for _ in range(2):
        code, out, err = await either_door.command("demo", "--data-dir", str(either_door.data_dir), "--json")
        assert code == 0, err
        outcome = json.loads(out)
        assert outcome["holds"]
        assert outcome["changes"] == outcome["events"] == 1001
        assert outcome["labeled"]["zero"] == outcome["expected"]["zero"] == 99

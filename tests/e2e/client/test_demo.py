"""The demonstration is the main path: bucket, dataset, job, a thousand labels, a rename, and every event once."""

import json

import httpx
from tests.e2e.conftest import Door


async def test_every_label_of_the_demo_arrives_once_and_in_order_and_it_may_run_twice(either_door: Door) -> None:
    for _ in range(2):
        code, out, err = await either_door.command("demo", "--data-dir", str(either_door.data_dir), "--json")
        assert code == 0, err
        outcome = json.loads(out)
        assert outcome["holds"]
        assert outcome["broken"] == []
        assert outcome["total"] == 1797
        assert sum(outcome["labeled"].values()) == 1000
        assert outcome["labeled"] == outcome["expected"]
        assert outcome["changes"] == outcome["events"] == 1001
        assert outcome["labeled"]["zero"] == 99
        assert outcome["url"] == f"{either_door.url}/jobs/{outcome['job_id']}"
        assert "0" not in outcome["labeled"]


async def test_the_demo_shows_its_counts_as_a_table(door: Door) -> None:
    code, out, err = await door.command("demo", "--data-dir", str(door.data_dir))
    assert code == 0, err
    rows = [[cell.strip() for cell in line.replace("│", "|").split("|")] for line in out.splitlines()]
    table = {row[0]: row[1:] for row in rows if len(row) > 1}
    digits = [table[name] for name in ("zero", *map(str, range(1, 10)))]
    assert all(labeled == shown for labeled, shown in digits)
    assert sum(int(labeled) for labeled, _ in digits) == 1000
    assert "1000 of 1797 images labeled" in out
    assert table["changes made"] == table["events received"] == ["1001"]
    assert [table[what] for what in ("lost", "without a change", "received twice", "out of order")] == [["0"]] * 4
    assert "Every change arrived as exactly one event, in order." in out
    assert out.splitlines()[-1].startswith(f"See it at {door.url}/jobs/")


async def test_both_kinds_of_platform_let_the_console_send_files_where_the_operator_allows(either_door: Door) -> None:
    async with httpx.AsyncClient() as http:
        page = await http.get(f"{either_door.url}/")
    directives = page.headers["content-security-policy"].split("; ")
    (sources,) = [directive.split() for directive in directives if directive.startswith("connect-src ")]
    assert f"http://127.0.0.1:{either_door.source_port}" in sources
    assert either_door.status["s3"]["endpoint"] in sources

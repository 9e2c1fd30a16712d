"""The picture of growth: made from committed results alone, and well-formed."""

from pathlib import Path
from xml.etree import ElementTree

from bench.plotting import drawn, newest
from bench.report import Growth, report, save
from bench.sizes import QUICK

LINE = Growth(work="open a job & more", unit="µs an item", sizes=[1000, 10_000, 100_000], values=[50.0, 50.0, 100.0])


def test_newest_results_with_growth_are_drawn(tmp_path: Path) -> None:
    assert newest(tmp_path) is None
    with_growth = report([], {}, QUICK, {}, growth=[LINE], quick=False)
    (tmp_path / "2020-01-01.json").write_bytes(save(with_growth, tmp_path).read_bytes())
    save(report([], {}, QUICK, {}, quick=False), tmp_path)
    found = newest(tmp_path)
    assert found is not None
    assert found.growth == [LINE]


def test_points_stand_as_far_apart_as_they_are() -> None:
    picture = ElementTree.fromstring(drawn(report([], {}, QUICK, {}, growth=[LINE], quick=False)))  # noqa: S314 - ours
    circles = list(picture.iter("{http://www.w3.org/2000/svg}circle"))
    across = [float(circle.attrib["cx"]) for circle in circles]
    up = [float(circle.attrib["cy"]) for circle in circles]
    assert across[2] - across[1] == across[1] - across[0] > 0
    (axis,) = picture.iter("{http://www.w3.org/2000/svg}path")
    floor = float(axis.attrib["d"].split()[1].split("H")[0])
    assert up[0] == up[1] < floor
    assert floor - up[2] == 2 * (floor - up[0])
    shown = {text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")}
    assert {"open a job & more", "100,000", "50"} <= shown

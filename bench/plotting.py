"""`python -m bench.plotting`: the newest committed results that measured growth, drawn into `docs/growth.svg`.

Plain SVG, a panel a work: what an item takes over the number of items. A line that stays level is what is wanted.
"""

import math
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import msgspec

from bench.report import Growth, Report

RESULTS = Path(__file__).parent / "results"
PICTURE = Path(__file__).parents[1] / "docs" / "growth.svg"

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 360, 210, 24, 24, 46, 36
_COLUMNS = 2
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#333}.title{font-weight:600}.faint{fill:#777;font-size:11px}"
    ".axis{stroke:#bbb}.line{fill:none;stroke:#0969da;stroke-width:2}.dot{fill:#0969da}"
)


def newest(folder: Path) -> Report | None:
    """The last report that holds growth; None if there is none."""
    reports = (msgspec.json.decode(path.read_bytes(), type=Report) for path in folder.glob("*.json"))
    return max((each for each in reports if each.growth), key=lambda each: each.at, default=None)


def drawn(made: Report) -> str:
    """The picture of a report's growth."""
    rows = math.ceil(len(made.growth) / _COLUMNS)
    width, height = _COLUMNS * _WIDTH, rows * _HEIGHT + 28
    panels = [_panel(line, (at % _COLUMNS) * _WIDTH, (at // _COLUMNS) * _HEIGHT) for at, line in enumerate(made.growth)]
    machine = f"{made.machine['cpu']}, {made.machine['cores']} cores, {made.machine['memory_gb']} GB; {made.at[:10]}"
    box = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {box}>',
            f"<title>What an item takes, by the number of items</title><style>{_STYLE}</style>",
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            *panels,
            f'<text class="faint" x="{_LEFT}" y="{height - 10}">{escape(machine)}</text>',
            "</svg>\n",
        ]
    )


def _panel(line: Growth, x: float, y: float) -> str:
    """Sizes on a logarithmic scale; values from zero, so that a slope is as steep as it really is."""
    places = list(zip(_across(line.sizes), _up(line.values), strict=True))
    floor = _HEIGHT - _BOTTOM
    dots = [
        f'<circle class="dot" cx="{px:.1f}" cy="{py:.1f}" r="3"/>'
        f'<text x="{px:.1f}" y="{py - 8:.1f}" text-anchor="middle">{_short(value)}</text>'
        f'<text class="faint" x="{px:.1f}" y="{floor + 16}" text-anchor="middle">{size:,}</text>'
        for (px, py), size, value in zip(places, line.sizes, line.values, strict=True)
    ]
    points = " ".join(f"{px:.1f},{py:.1f}" for px, py in places)
    return "\n".join(
        [
            f'<g transform="translate({x:.0f} {y:.0f})">',
            f'<text class="title" x="{_LEFT}" y="20">{escape(line.work)}</text>',
            f'<text class="faint" x="{_LEFT}" y="35">{escape(line.unit)}, over the number of items</text>',
            f'<path class="axis" d="M{_LEFT} {floor}H{_WIDTH - _RIGHT}"/>',
            f'<polyline class="line" points="{points}"/>',
            *dots,
            "</g>",
        ]
    )


def _across(sizes: Sequence[int]) -> list[float]:
    low, span = math.log10(sizes[0]), math.log10(sizes[-1]) - math.log10(sizes[0])
    left, right = _LEFT + 30, _WIDTH - _RIGHT - 30
    return [left + (math.log10(size) - low) / span * (right - left) if span else left for size in sizes]


def _up(values: Sequence[float]) -> list[float]:
    floor, ceiling = _HEIGHT - _BOTTOM, _TOP + 22
    highest = max(values) or 1.0
    return [floor - value / highest * (floor - ceiling) for value in values]


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def main() -> int:
    found = newest(RESULTS)
    if found is None:
        sys.stderr.write(f"no results with growth in {RESULTS}: run `make bench` first\n")
        return 1
    PICTURE.write_text(drawn(found))
    print(f"written to {PICTURE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

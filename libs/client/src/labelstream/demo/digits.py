"""The 1,797 handwritten digits that come with scikit-learn, as PNG files."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from labelstream.errors import LabelstreamError

PREFIX = "digits/"
_SCALE = 8
"""The originals are 8 × 8 pixels; people want to see something."""


class DemoNotInstalled(LabelstreamError):
    """The demonstration's images come with optional packages."""

    code = "demo-not-installed"


@dataclass(frozen=True)
class Digit:
    """One image: its key in the bucket, its bytes, and the digit that it shows."""

    key: str
    png: bytes
    label: str


def load() -> Sequence[Digit]:
    """All of them, always in the same order with the same bytes. Raises DemoNotInstalled."""
    try:
        from PIL import Image  # noqa: PLC0415  # optional packages, needed by this command only
        from sklearn.datasets import load_digits  # noqa: PLC0415
    except ImportError as error:
        raise DemoNotInstalled(
            "The demo needs more packages. Install them with: pip install 'labelstream[demo]'"
        ) from error
    bunch = load_digits()
    found = []
    for number, (pixels, target) in enumerate(zip(bunch.images, bunch.target, strict=True)):
        grey = Image.fromarray((pixels * 255 / 16).astype("uint8"))
        image = io.BytesIO()
        grey.resize((8 * _SCALE, 8 * _SCALE), Image.Resampling.NEAREST).save(image, "PNG")
        found.append(Digit(f"{PREFIX}{number:04}.png", image.getvalue(), str(target)))
    return found

"""Which items a command is for."""

from collections.abc import Sequence

import typer

from labelstream.models import ItemFilter


def check_selection(samples: Sequence[str] | None, where: ItemFilter) -> None:
    """Samples or filters, not both and not neither."""
    if not samples and where == ItemFilter():
        raise typer.BadParameter("Give ids of samples, or a filter (--status, --with-label, --path).")
    if samples and where != ItemFilter():
        raise typer.BadParameter("Give ids of samples or a filter, not both.")

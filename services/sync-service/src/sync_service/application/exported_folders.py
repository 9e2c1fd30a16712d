"""Which folders of a source hold what exports copied there."""

from sync_service.application.overlaps import same_store
from sync_service.application.ports import Ports
from sync_service.domain.dataset import Source
from sync_service.domain.exported_folders import FoldersWithin


async def folders_within(source: Source, *, ports: Ports) -> FoldersWithin:
    """Those below its prefix, by whichever source they were written.

    An export notes its folder before it writes: whoever asks after a listing knows of all copies that it shows.
    """
    found = await ports.exported_folders.on_bucket(source.bucket)
    same = await same_store(source.source_id, {each.place.source_id for each in found}, ports=ports)
    return FoldersWithin.of((each.prefix for each in found if each.place.source_id in same), source.prefix)

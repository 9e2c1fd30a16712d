"""What label-service says of labels: the images that a deleted label takes with it are deleted here."""

from collections.abc import Sequence

from labelstream_common.messaging import Follower, Received, one_by_one
from labelstream_common.mongo import Session
from labelstream_contracts import LabelImagesDiscarded, topics
from sync_service.application.discard_images import DiscardImages, discard_images
from sync_service.application.ports import Join, Ports
from sync_service.domain.dataset import DatasetId, JobId
from sync_service.domain.sample import SampleId

# As many images as one transaction of samples holds anywhere. An event costs about as much as ten of them by itself.
_IMAGES_OF_A_TRANSACTION = 1_000
_EVENT_ITSELF = 10


def label_follower(ports: Ports, join: Join) -> Follower:
    async def apply(events: Sequence[Received], session: Session) -> None:
        async with join(session) as work:
            for event in one_by_one(events):
                if isinstance(event.payload, LabelImagesDiscarded):
                    await discard_images(_command(event.payload), work, ports=ports)

    return Follower(
        "label-follower",
        (topics.LABEL.name,),
        apply,
        wants=(LabelImagesDiscarded,),
        weigh=_weight,
        most=_IMAGES_OF_A_TRANSACTION,
    )


def _weight(event: Received) -> int:
    images = len(event.payload.sample_ids) if isinstance(event.payload, LabelImagesDiscarded) else 0
    return _EVENT_ITSELF + images


def _command(payload: LabelImagesDiscarded) -> DiscardImages:
    return DiscardImages(
        JobId(payload.job_id),
        payload.seq,
        DatasetId(payload.dataset_id),
        [SampleId(each) for each in payload.sample_ids],
    )

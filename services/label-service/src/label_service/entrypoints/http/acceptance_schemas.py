"""Bodies of requests about acceptances."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from label_service.domain.sampling import MAX_SEED
from label_service.entrypoints.http.schemas import JudgementBody, SampleIds
from labelstream_common.http import Body


class AcceptanceBody(Body):
    """How much of what is labeled is sampled: a share of it, or a number of images."""

    sample_ratio: Annotated[float, Field(gt=0, le=1)] | None = None
    sample_count: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    seed: Annotated[int, Field(ge=0, le=MAX_SEED, description="by default one chosen at random")] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.sample_ratio is None) == (self.sample_count is None):
            raise ValueError("Give either sample_ratio or sample_count.")
        return self


class JudgeBody(JudgementBody):
    """A judgement on images of the sample."""

    sample_ids: SampleIds


class FinishBody(Body):
    """What becomes of everything that was labeled. `overwrite`: also of what has changed since."""

    outcome: Literal["accept_all", "reject_all", "accept_rest", "reject_rest"]
    overwrite: bool = False

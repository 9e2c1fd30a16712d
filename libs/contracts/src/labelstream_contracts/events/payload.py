"""What every payload has in common: how it is read, written and addressed, and the small types they share."""

from abc import ABC, abstractmethod
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer

from labelstream_contracts.envelope import format_time
from labelstream_contracts.topics import TopicSpec

Id = Annotated[str, Field(min_length=1, max_length=128)]
Count = Annotated[int, Field(ge=0)]
Version = Annotated[int, Field(ge=0, description="counts the subject's own changes, without a hole")]
Seq = Annotated[int, Field(ge=1, description="numbers all that happens to one job, without a hole")]
Confidence = Annotated[float, Field(ge=0, le=1)]
Moment = Annotated[AwareDatetime, PlainSerializer(format_time, return_type=str, when_used="json")]


class Part(BaseModel):
    """A piece of a payload. Unknown fields are ignored on reading, so that fields can be added within a version."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )


class Actor(Part):
    """Who did it."""

    kind: Literal["person", "import", "model", "system"]
    id: Id


class Payload(Part, ABC):
    """The value of one event. A released type never loses a field, and gains only optional ones."""

    event_type: ClassVar[str]
    topic: ClassVar[TopicSpec]

    at: Moment | None = None

    @abstractmethod
    def key(self) -> str:
        """The Kafka key: what the topic is ordered by."""

    @abstractmethod
    def subject(self) -> str:
        """`ce_subject`: what the version counts."""

    @abstractmethod
    def sequence(self) -> int:
        """`ce_sequence`: the subject's version."""

    def to_json(self) -> bytes:
        """The message's value: compact JSON, UTF-8, every field present."""
        return self.__pydantic_serializer__.to_json(self, by_alias=True)

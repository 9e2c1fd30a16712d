"""Whom a job names as annotators. Who they are is known to team-service, which adds them when it hears of the job."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from job_service.domain.errors import InvalidAnnotators
from labelstream_common.email_addresses import InvalidEmailAddress, email_address
from labelstream_common.errors import FieldError

# As many as a job may have; the rest of the message stays below Kafka's limit beside them.
MAX_ANNOTATORS: Final = 1_000
MAX_ERRORS_NAMED: Final = 100
_AT: Final = "/team/annotators"


class Role(StrEnum):
    LABELER = "labeler"
    REVIEWER = "reviewer"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Annotator:
    """A member of a team by id, by default with the role they have there, or anybody by address and role."""

    member_id: str | None = None
    email: str | None = None
    role: Role | None = None


def annotators(wanted: Sequence[Annotator]) -> tuple[Annotator, ...]:
    """The annotators with their addresses in one form. Raises InvalidAnnotators naming every field at fault."""
    if len(wanted) > MAX_ANNOTATORS:
        detail = f"A job can have at most {MAX_ANNOTATORS:,} annotators; {len(wanted):,} were given."
        raise InvalidAnnotators(detail, pointer=_AT)
    errors: list[FieldError] = []
    named = tuple(_normal(annotator, f"{_AT}/{place}", errors) for place, annotator in enumerate(wanted))
    errors.extend(_repeated("member_id", [annotator.member_id for annotator in named]))
    errors.extend(_repeated("email", [annotator.email for annotator in named]))
    if errors:
        raise InvalidAnnotators("Some annotators are invalid.", errors=errors[:MAX_ERRORS_NAMED])
    return named


def _normal(annotator: Annotator, at: str, errors: list[FieldError]) -> Annotator:
    if (annotator.member_id is None) == (annotator.email is None):
        errors.append(FieldError(at, "Give either member_id or email."))
        return annotator
    if annotator.email is None:
        return annotator
    if annotator.role is None:
        errors.append(FieldError(f"{at}/role", "A role is required when adding someone by e-mail."))
    try:
        return replace(annotator, email=email_address(annotator.email))
    except InvalidEmailAddress as error:
        errors.append(FieldError(f"{at}/email", str(error)))
        return annotator


def _repeated(field: str, values: Sequence[str | None]) -> Iterator[FieldError]:
    first: dict[str, int] = {}
    for place, value in enumerate(values):
        if value is not None and first.setdefault(value, place) != place:
            yield FieldError(
                f"{_AT}/{place}/{field}", f"Duplicate {field}; the annotator at {first[value]} has the same one."
            )

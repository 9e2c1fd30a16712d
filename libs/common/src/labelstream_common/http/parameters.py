"""The query parameters that a route takes: every other one, and one given twice, is refused and named."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from fastapi._compat import ModelField
from fastapi.dependencies.models import Dependant
from starlette.requests import Request

from labelstream_common.errors import FieldError
from labelstream_common.http.body import SOME_INVALID
from labelstream_common.http.errors import RequestInvalid
from labelstream_common.http.pointers import pointer_to

ANY = "*"
"""Among the names: others are let pass. For what other parties' pages call, with parameters of their own."""

_MOST_PARAMETERS = 1_000
_UNKNOWN = "This query parameter is not known."
_REPEATED = "This query parameter can be given only once."
_NUL = "Text must not contain the character NUL."


@dataclass(frozen=True)
class QueryParameters:
    """Names in a query string; `repeatable` are those of them that may come more than once."""

    known: frozenset[str] = frozenset()
    repeatable: frozenset[str] = field(default=frozenset())

    def check(self, request: Request) -> None:
        """Raises RequestInvalid, which names each parameter that this route does not take as it was given."""
        if not request.scope["query_string"]:
            return
        given = request.query_params.multi_items()
        if len(given) > _MOST_PARAMETERS:
            raise RequestInvalid(f"A query can have at most {_MOST_PARAMETERS:,} parameters.")
        errors = [FieldError(pointer_to([name]), why) for name, why in self._faults(given).items()]
        if errors:
            raise RequestInvalid(SOME_INVALID, errors=errors)

    def _faults(self, given: Iterable[tuple[str, str]]) -> Mapping[str, str]:
        seen: set[str] = set()
        faults: dict[str, str] = {}
        for name, value in given:
            if name not in self.known and ANY not in self.known:
                faults[name] = _UNKNOWN
            elif name in seen and name not in self.repeatable:
                faults[name] = _REPEATED
            elif "\0" in value:
                faults[name] = _NUL
            seen.add(name)
        return faults


def query_parameters_of(dependant: Dependant) -> QueryParameters:
    """The parameters that a FastAPI handler and its dependencies read from the query."""
    lists = {each.alias: _is_list(each.field_info.annotation) for each in _read_from_query(dependant)}
    return QueryParameters(frozenset(lists), frozenset(name for name, is_list in lists.items() if is_list))


def _read_from_query(dependant: Dependant) -> Iterator[ModelField]:
    yield from dependant.query_params
    for dependency in dependant.dependencies:
        yield from _read_from_query(dependency)


def _is_list(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _is_list(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return any(_is_list(each) for each in get_args(annotation))
    return (origin or annotation) in (list, tuple, set, frozenset)

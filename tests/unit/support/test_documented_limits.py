"""The table of limits in the operations guide says what the code does, and every row of it is checked."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final, NamedTuple, get_args

import pytest

from job_service.domain.annotators import MAX_ANNOTATORS
from job_service.entrypoints.http import routes as job_routes
from label_service.application.bulk import MOST_IDS
from label_service.entrypoints.http import annotations, predictions
from label_service.entrypoints.http.predictions import PredictionsBody
from label_service.entrypoints.http.schemas import Reason
from labelstream_common.errors import DomainError
from labelstream_common.http import (
    DOWNLOADS,
    EXPORTS,
    LARGEST_BODY_BYTES,
    LIVE_STREAMS,
    PAGE_BYTES,
    REPORTS,
    SELECTION_BODY_BYTES,
    Router,
)
from labelstream_common.http import parameters as query
from labelstream_common.http.body import DEEPEST, DEFAULT_BODY_BYTES, MOST_PARTS, PUBLIC_BODY_BYTES
from labelstream_common.http.pointers import _MOST as MOST_ERRORS
from labelstream_common.object_storage.store import LONGEST_LINK
from labelstream_common.operations.documents import MOST_OPEN
from labelstream_common.runtime import CommonSettings, ConnectionLimits
from labelstream_contracts.label_names import MAX_CHARACTERS
from labelstream_contracts.label_sets import MAX_LABELS_OF_ITEM, MAX_LABELS_OF_JOB
from labelstream_gateway.edge import EdgeSettings
from sync_service.adapters.parquet import _MOST_MEMORY as PARQUET_MEMORY
from sync_service.adapters.parquet_worker import MOST_GROUP_BYTES
from sync_service.application.ports import Limits
from sync_service.application.thumbnails import MOST_OF_ONE_ACCOUNT, MOST_WAITING
from sync_service.domain.coco import MAX_CATEGORIES_BYTES
from sync_service.domain.directories import MAX_TEXT_BYTES
from sync_service.domain.imports import MOST_FILE_BYTES
from sync_service.domain.json_elements import MAX_ELEMENT_BYTES
from sync_service.domain.lines import MAX_LINE_BYTES
from sync_service.domain.store import MAX_SOURCES
from sync_service.domain.uploads import MAX_FILES
from sync_service.entrypoints.http import imports, samples
from sync_service.settings import Settings as SyncSettings
from team_service.adapters.passwords import MOST_WAITING as HASHES_WAITING
from team_service.adapters.passwords import THREADS as HASHES
from team_service.domain.api_keys import MOST_PER_ACCOUNT
from team_service.domain.attempts import (
    Limit,
    email_change_limits,
    invitation_limits,
    mail_limits,
    secret_limits,
    sign_in_limits,
)
from team_service.domain.members import MOST_PER_SCOPE
from team_service.domain.passwords import LONGEST, MOST_COMMON, SHORTEST
from team_service.settings import Settings as TeamSettings

GUIDE: Final = Path(__file__).parents[3] / "docs" / "operations.md"
TEMPLATE: Final = Path(__file__).parents[3] / "deploy" / "gateway" / "nginx.conf"
CONNECTION, IMAGE = ConnectionLimits(), Limits()
IN_NGINX = {"headers-too-large", "uri-too-long", "request-timeout", "too-many-connections", "body-too-large"}


class Row(NamedTuple):
    default: str
    beyond: str
    setting: str


def size(count: int) -> str:
    mebi = 1024 * 1024
    for unit, factor in (("GB", 10**9), ("GiB", 1024 * mebi), ("MiB", mebi), ("MB", 10**6), ("KiB", 1024)):
        if count % factor == 0:
            return f"{count // factor} {unit}"
    return f"{count} bytes"


def rate(limit: Limit) -> str:
    hour = limit.window == timedelta(hours=1)
    return f"{limit.count} an hour" if hour else f"{limit.count} in {limit.window.seconds // 60} min"


def both(limits: tuple[Limit, ...]) -> str:
    return f"{limits[0].count}, {rate(limits[1])}"


def most_parts(router: Router, path: str) -> int:
    (route,) = [each for each in router.routes if (each.method, each.path) == ("POST", f"/api/v1{path}")]
    return route.guard.most_parts


PARTS = (most_parts(job_routes.router, "/jobs"), most_parts(predictions.router, "/jobs/{job_id}/predictions"))
MOST_PREDICTIONS = next(
    one.max_length for one in PredictionsBody.model_fields["root"].metadata if hasattr(one, "max_length")
)
EXPECTED: Final[Mapping[str, str]] = {
    "first line and headers of a request": f"{size(CONNECTION.header_bytes)}, {CONNECTION.headers} headers",
    "time for the headers of a request": f"{CONNECTION.header_seconds:.0f} s",
    "pause between two pieces of a body": f"{CONNECTION.body_pause_seconds:.0f} s",
    "pause of a client that does not read its answer": f"{CONNECTION.reader_pause_seconds:.0f} s",
    "connections of a process": f"{CONNECTION.connections:,}",
    "body without a sign-in": size(PUBLIC_BODY_BYTES),
    "body of `POST /jobs`": size(job_routes.LARGEST_LABEL_SET_BYTES),
    "body of predictions": size(LARGEST_BODY_BYTES),
    "body with a selection of items, or files to upload": size(SELECTION_BODY_BYTES),
    "any other body": size(DEFAULT_BODY_BYTES),
    "values in a body": f"{MOST_PARTS:,}; `POST /jobs` {PARTS[0]:,}; predictions {PARTS[1]:,}",
    "nesting of a body": f"{DEEPEST} levels",
    "live streams of a caller": f"{LIVE_STREAMS.most}",
    "exports under way of a caller": f"{EXPORTS.most}",
    "quality reports under way of a caller": f"{REPORTS.most}",
    "downloads under way of a caller in a process: whole images, lists of rejected files": f"{DOWNLOADS.most}",
    "a page of a list": f"1,000 entries, {size(PAGE_BYTES)}",
    "errors in an answer": f"{MOST_ERRORS}",
    "parameters in a query": f"{query._MOST_PARAMETERS:,}",
    "open operations of one account in one job": f"{MOST_OPEN}; one runs while others wait",
    "thumbnails that wait to be looked up or made, each": f"{MOST_WAITING}, of one account {MOST_OF_ONE_ACCOUNT}",
    "an image: bytes, pixels, time and memory of decoding": (
        f"{size(IMAGE.image_bytes)}, {IMAGE.image_pixels // 10**6} million, {IMAGE.image_seconds:.0f} s, "
        f"{size(IMAGE.image_memory)}"
    ),
    "an upload": (f"exactly the length and media type of its ticket, within {LONGEST_LINK.seconds // 60} minutes"),
    "an uploaded image, `.txt` file with the labels of one image, other file of labels": (
        f"{size(IMAGE.image_bytes)}, {size(MAX_TEXT_BYTES)}, {size(MOST_FILE_BYTES)}"
    ),
    "sign-ins: one account from one address, one account, one address": ", ".join(map(rate, sign_in_limits("a", "b"))),
    "sign-ins that are being checked": f"{HASHES}, and {HASHES_WAITING} that wait",
    "tries of links and of API keys, of one address": rate(secret_limits("link", "a")[0]),
    "changes of one's own e-mail address": rate(email_change_limits("a")[0]),
    "e-mails that somebody asks for: to one address, from one address": both(tuple(mail_limits("a", "b"))),
    "e-mails of managers to one address": rate(invitation_limits("a")[0]),
    "password": f"{SHORTEST} to {LONGEST:,} characters, none of the {MOST_COMMON:,} commonest",
    "API keys of an account": f"{MOST_PER_ACCOUNT}",
    "annotators of a job, members of a team": f"{MOST_PER_SCOPE:,}",
    "labels of an image, of a job": f"{MAX_LABELS_OF_ITEM}, {MAX_LABELS_OF_JOB:,}",
    "name of a label": f"{MAX_CHARACTERS:,} characters",
    "images, predictions, uploads named in a request": f"{MOST_IDS:,}, {MOST_PREDICTIONS:,}, {MAX_FILES:,}",
    (
        "imports: a line of a manifest or CSV, an entry of a COCO document, or a row of a Parquet file; "
        "a whole COCO document or Parquet file"
    ): f"{size(MAX_LINE_BYTES)}, {size(MOST_FILE_BYTES)}",
    "imports: an uncompressed row group of a Parquet file, memory of decoding the file": (
        f"{size(MOST_GROUP_BYTES)}, {size(PARQUET_MEMORY)}"
    ),
    "imports: categories of a COCO document, different categories of one of its images": (
        f"{size(MAX_CATEGORIES_BYTES)}, {MAX_LABELS_OF_ITEM}"
    ),
    "a sample of an acceptance": "all that is labeled; one open acceptance a job",
    "a reason of a review": f"{get_args(Reason)[1].metadata[1].max_length:,} characters",
    "different labels that a dataset's data brings": f"{MAX_LABELS_OF_JOB:,}",
    "other object stores": f"{MAX_SOURCES:,}, on public addresses",
    "requests of one address under way in nginx": "512",
}


def rows() -> Iterator[tuple[str, Row]]:
    text = GUIDE.read_text().partition("## Limits")[2].partition("\n## ")[0]
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith("| limit |"):
            limit, *others = (cell.strip() for cell in line.strip("|").split("|"))
            yield limit, Row(*others)


def codes(kind: type[DomainError] = DomainError) -> set[str]:
    return {kind.code}.union(*map(codes, kind.__subclasses__()))


def test_every_row_has_the_number_of_the_code() -> None:
    assert {limit: row.default for limit, row in rows()} == EXPECTED
    assert MAX_ANNOTATORS == MOST_PER_SCOPE
    assert MAX_ELEMENT_BYTES == MAX_LINE_BYTES


@pytest.mark.parametrize(("limit", "row"), list(rows()), ids=lambda each: each if isinstance(each, str) else "")
def test_every_row_names_codes_and_settings_that_there_are(limit: str, row: Row) -> None:
    known = codes() | IN_NGINX
    for code in re.findall(r"`([a-z]+-[a-z-]+)`", row.beyond):
        assert code in known, code
    fields = {
        name.upper()
        for kind in (CommonSettings, SyncSettings, TeamSettings, EdgeSettings)
        for name in kind.model_fields
    }
    for setting in re.findall(r"`([A-Z_]+)…?`", row.setting):
        assert any(name.startswith(setting) for name in fields), setting


def test_routes_with_a_limit_of_their_own_are_those_of_the_table() -> None:
    routers = (job_routes.router, annotations.router, predictions.router, samples.router, imports.router)
    limits = {each.guard.max_body_bytes for router in routers for each in router.routes} - {None}
    assert limits == {job_routes.LARGEST_LABEL_SET_BYTES, LARGEST_BODY_BYTES, SELECTION_BODY_BYTES}


def test_nginx_has_the_limits_of_the_services() -> None:
    lines = {line.strip() for line in TEMPLATE.read_text().splitlines()}
    assert {
        f"client_header_timeout {CONNECTION.header_seconds:.0f}s;",
        f"client_body_timeout {CONNECTION.body_pause_seconds + 5:.0f}s;",
        f"send_timeout {CONNECTION.reader_pause_seconds:.0f}s;",
        f"large_client_header_buffers 1 {CONNECTION.header_bytes // 1024}k;",
        f"client_max_body_size {LARGEST_BODY_BYTES // 1024**2}m;",
        f"client_max_body_size {job_routes.LARGEST_LABEL_SET_BYTES // 1024**2}m;",
        f"client_max_body_size {PUBLIC_BODY_BYTES // 1024}k;",
        f"limit_conn labelstream_clients {EXPECTED['requests of one address under way in nginx']};",
    } <= lines

"""Golden samples: what has been released is read for ever, byte for byte the same files."""

import hashlib
import json
from pathlib import Path

import jsonschema
import pytest

from labelstream_contracts import EVENT_TYPES, PAYLOAD_BY_TYPE, Envelope, decode
from labelstream_contracts.generate.golden import GoldenMessage, golden_messages

CONTRACTS = Path(__file__).parents[3] / "libs" / "contracts"
GOLDEN = golden_messages(CONTRACTS / "golden")
WITH_VALUE = {name: sample for name, sample in GOLDEN.items() if sample.value is not None}

SAMPLE_FIELDS = {"content_changed", "labels[].to_confirm", "overwritten", "state", "reason", "sha256", "merged"}
VERSION_FIELDS = {"description", "parent", "include", "split", "version", "actor"}

# Optional fields that types gained after their samples were released, by their path; each has a sample of its own.
SINCE_RELEASED = {
    "labeling.dataset.created.v1": {"source.source_id"},
    "labeling.dataset.updated.v1": {"source.source_id"},
    "labeling.dataset.deleted.v1": {"source.source_id"},
    "labeling.dataset.version-published.v1": VERSION_FIELDS,
    "labeling.dataset.version-deleted.v1": VERSION_FIELDS,
    "labeling.account.created.v1": {"epoch", "ended"},
    "labeling.account.updated.v1": {"epoch", "ended"},
    "labeling.account.disabled.v1": {"epoch", "ended"},
    "labeling.job.created.v1": {"annotators", "label_count", "team"},
    "labeling.job.updated.v1": {"annotators", "further_labels", "team"},
    **{
        f"labeling.job.{step}.v1": {"team"}
        for step in ("ready", "synchronized", "completed", "reopened", "archived", "deleted")
    },
    "labeling.dataset.synchronized.v1": {"job_ids", "renamed"},
    "labeling.annotation.changed.v1": {
        *("before.labels[].model", "after.labels[].model"),
        *("before.labels[].to_confirm", "after.labels[].to_confirm"),
        "overwritten",
        *("before.content_changed", "after.content_changed"),
        *("before.review", "after.review"),
    },
    "labeling.progress.changed.v1": {"totals.unreadable"},
    "labeling.progress.prepared.v1": {"totals.unreadable"},
    "labeling.sample.added.v1": SAMPLE_FIELDS,
    "labeling.sample.updated.v1": SAMPLE_FIELDS,
    "labeling.sample.removed.v1": SAMPLE_FIELDS,
}

every_sample = pytest.mark.parametrize("sample", GOLDEN.values(), ids=GOLDEN.keys())
every_value = pytest.mark.parametrize("sample", WITH_VALUE.values(), ids=WITH_VALUE.keys())


def test_every_type_has_a_sample() -> None:
    assert set(EVENT_TYPES) <= set(GOLDEN)
    assert {sample.event_type for sample in GOLDEN.values()} == set(EVENT_TYPES)


def test_samples_never_change() -> None:
    lines = (CONTRACTS / "golden" / "SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    present = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (CONTRACTS / "golden").glob("*.json")
    }
    assert present == listed, "a released sample is never edited; add another one and list it"


@every_value
def test_sample_round_trips(sample: GoldenMessage) -> None:
    payload = decode(sample.event_type, sample.value_bytes() or b"")
    assert type(payload) is PAYLOAD_BY_TYPE[sample.event_type]
    assert sample.value is not None
    gained: set[str] = set()
    assert _as_it_was(json.loads(payload.to_json()), sample.value, "", gained) == sample.value
    assert gained <= SINCE_RELEASED.get(sample.event_type, set()), "list a field here that a released type gained"


def _as_it_was(written: object, released: object, path: str, gained: set[str]) -> object:
    """What is written now without the fields that the released sample has not; their paths go to `gained`."""
    if isinstance(written, list) and isinstance(released, list):
        pairs = zip(written, released, strict=True)
        return [_as_it_was(new, old, f"{path}[]", gained) for new, old in pairs]
    if not isinstance(written, dict) or not isinstance(released, dict):
        return written
    below = {name: f"{path}.{name}" if path else name for name in written}
    gained |= {below[name] for name in written if name not in released}
    return {
        name: _as_it_was(value, released[name], below[name], gained)
        for name, value in written.items()
        if name in released
    }


@every_value
def test_sample_is_addressed_by_its_payload(sample: GoldenMessage) -> None:
    payload = decode(sample.event_type, sample.value_bytes() or b"")
    envelope = Envelope.from_headers(sample.header_list())
    assert (payload.topic.name, payload.key()) == (sample.topic, sample.key)
    assert (payload.subject(), payload.sequence()) == (envelope.subject, envelope.sequence)


@every_sample
def test_envelope_round_trips(sample: GoldenMessage) -> None:
    headers = sample.header_list()
    assert Envelope.from_headers(headers).to_headers() == headers


@every_value
def test_sample_fits_its_schema(sample: GoldenMessage) -> None:
    schema = json.loads((CONTRACTS / "schemas" / f"{sample.event_type}.json").read_text())
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(sample.value)


@every_value
def test_reader_ignores_what_it_does_not_know(sample: GoldenMessage) -> None:
    known = decode(sample.event_type, json.dumps(sample.value))
    assert decode(sample.event_type, json.dumps(_with_unknown_fields(sample.value))) == known


def _with_unknown_fields(value: object) -> object:
    """Every object inside gets a field from the future, except maps whose keys are data."""
    if isinstance(value, list):
        return [_with_unknown_fields(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    deeper = {
        name: entry
        if name in {"labels", "counts", "detail", "shares"} and isinstance(entry, dict)
        else _with_unknown_fields(entry)
        for name, entry in value.items()
    }
    return {**deeper, "from_the_future": {"nested": [1, None]}}

"""What `labelstream watch` says of a change, in words."""

import json
from pathlib import Path

import pytest

from labelstream.cli.watch import row_of
from labelstream.subscriber.decoding import DECODERS

GOLDEN = Path(__file__).parents[3] / "libs/contracts/golden"


@pytest.mark.parametrize(
    ("event_type", "sentence", "why"),
    [
        ("labeling.label.created.v1", "+ cat", "label created"),
        ("labeling.label.renamed.v1", "cat → Katze", "label renamed"),
        ("labeling.label.updated.v1", "updated cat", "label updated"),
        ("labeling.label.deleted.v1", "deleted cat", "label deleted"),
        ("labeling.label.images-discarded.v1", "2 with no label but cat", "label images discarded"),
        ("labeling.label.purged.v1", "purged cat", "label purged"),
    ],
)
def test_a_change_of_labels_is_told_in_a_sentence(event_type: str, sentence: str, why: str) -> None:
    sample = json.loads((GOLDEN / f"{event_type}.json").read_text())
    change = DECODERS[event_type.encode()](json.dumps(sample["value"]).encode())
    seq, _, told, cause, *_ = row_of(change)
    assert (seq, told, cause) == (str(sample["value"]["seq"]), sentence, why)

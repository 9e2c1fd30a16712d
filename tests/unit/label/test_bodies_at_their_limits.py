"""The largest bodies that the API allows pass the bound on values of their routes."""

import asyncio
from typing import Any

import orjson
import pytest

from job_service.entrypoints.http import routes as jobs
from label_service.entrypoints.http import acceptances, annotations, predictions, quality
from labelstream_common.http import Router
from labelstream_common.http.body import check_parts

IDS = [f"01900000-0000-7000-8000-{number:012}" for number in range(10_000)]
TEXT = "a, b: c; " * 100

LARGEST: dict[str, tuple[Router, Any]] = {
    "/jobs/{job_id}/annotations": (
        annotations.router,
        {"sample_ids": IDS, "expect": dict.fromkeys(IDS, 1), "add": [f"label-{number}" for number in range(200)]},
    ),
    "/jobs/{job_id}/items:review": (
        annotations.router,
        {"sample_ids": IDS, "expect": dict.fromkeys(IDS, 1), "decision": "reject", "reason": "\u732b" * 1_024},
    ),
    "/jobs/{job_id}/acceptances/{acceptance_id}:judge": (
        acceptances.router,
        {"sample_ids": IDS, "decision": "reject", "reason": "\u732b" * 1_024},
    ),
    "/jobs/{job_id}/predictions": (
        predictions.router,
        [
            {
                "sample_id": one,
                "model": TEXT[:256],
                "version": "1",
                "labels": [{"name": f"label-{number}", "confidence": 0.5} for number in range(200)],
            }
            for one in IDS[:1_000]
        ],
    ),
    "/jobs/{job_id}/known-answers": (
        quality.router,
        [{"sample_id": one, "labels": IDS[:20]} for one in IDS],
    ),
    "/jobs": (
        jobs.router,
        {
            "name": "cats",
            "dataset_id": IDS[0],
            "type": "image_classification",
            "description": TEXT,
            "labels": [{"name": f"label-{number}", "color": "#00ff00", "shortcut": "a"} for number in range(10_000)],
            "team": {"annotators": [{"email": f"{number}@example.org", "role": "labeler"} for number in range(1_000)]},
        },
    ),
}


@pytest.mark.parametrize("path", LARGEST)
def test_the_largest_body_of_a_route_is_not_too_much(path: str) -> None:
    router, body = LARGEST[path]
    (route,) = [each for each in router.routes if each.path == f"/api/v1{path}" and each.method != "GET"]
    text = orjson.dumps(body)
    asyncio.run(check_parts(text, route.guard.most_parts))
    limit = route.guard.max_body_bytes
    assert limit is not None
    assert len(text) <= limit

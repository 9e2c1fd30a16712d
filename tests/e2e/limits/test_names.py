"""Names and descriptions of people, teams, jobs and datasets at their lengths."""

import pytest
from tests.e2e.limits.conftest import Api, Dataset

FORMAT = ["\u202e", "\u200b", "\u2066", "\ufeff", "\x00", "\n"]


async def test_a_team_has_a_name_of_sixty_four_and_a_description_of_256_characters(api: Api) -> None:
    team = await api.post("/teams", {"name": "é" * 64, "description": "\U0001f600" * 256}, 201)
    assert (await api.get(f"/teams/{team['id']}"))["description"] == "\U0001f600" * 256
    for name in ("", "é" * 65):
        problem = await api.refused("POST", "/teams", {"name": name})
        assert problem["errors"][0]["pointer"] == "/name"
        problem = await api.refused("PATCH", f"/teams/{team['id']}", {"name": name})
        assert problem["errors"][0]["pointer"] == "/name"
    problem = await api.refused("POST", "/teams", {"name": "fine", "description": "x" * 257})
    assert problem["errors"][0]["pointer"] == "/description"
    assert (await api.get(f"/teams/{team['id']}"))["name"] == "é" * 64


@pytest.mark.parametrize("character", FORMAT)
async def test_a_name_has_no_character_that_hides_or_turns_text(api: Api, few: Dataset, character: str) -> None:
    name = f"a{character}b"
    source = {"bucket": few.bucket, "prefix": ""}
    for path, body in (
        ("/teams", {"name": name}),
        ("/jobs", {"name": name, "dataset_id": few.id, "type": "image_classification"}),
        ("/datasets", {"name": name, "source": source}),
        ("/accounts", {"email": "format@example.org", "name": name, "role": "member"}),
    ):
        problem = await api.refused("POST", path, body)
        assert problem["errors"][0]["pointer"] == "/name", path
    problem = await api.refused("PATCH", "/me", {"name": name})
    assert problem["errors"][0]["pointer"] == "/name"

"""Object stores and their grants, by the command line and the SDK."""

import json

import pytest
from tests.e2e.client.conftest import Cats
from tests.e2e.conftest import EMAIL, PASSWORD, Door

from labelstream.cli.exits import Exit

SECRET = "never-told-3141592653"


@pytest.fixture
async def signed_in(door: Door) -> Door:
    code, _, err = await door.command(
        *("login", "--url", door.url, "--email", EMAIL, "--password-stdin"), stdin=f"{PASSWORD}\n"
    )
    assert code == Exit.DONE, err
    return door


async def test_the_platforms_own_store_is_listed_tested_and_granted(signed_in: Door, cats: Cats) -> None:
    code, out, err = await signed_in.command("sources", "list", "--json")
    assert (code, json.loads(out.splitlines()[0])["id"]) == (Exit.DONE, "platform"), err
    code, out, err = await signed_in.command("sources", "grant", "platform", "--bucket", cats.bucket, "--json")
    assert json.loads(out)["buckets"] == [{"name": cats.bucket, "prefix": ""}], err
    code, out, _ = await signed_in.command("sources", "test", "platform")
    assert (code, out) == (Exit.DONE, f"{cats.bucket}: fine\nThe source can be used.\n")
    code, out, err = await signed_in.command("sources", "grant", "platform", "--members", "--all-buckets", "--json")
    assert (json.loads(out)["granted_to"], json.loads(out)["buckets"]) == ("members", None), err
    code, _, err = await signed_in.command("sources", "grant", "platform")
    assert code == Exit.USAGE
    code, _, err = await signed_in.command("sources", "delete", "platform", "--yes")
    assert (code != Exit.DONE, "source-in-use" in err) == (True, True)


async def test_a_store_inside_is_refused_and_its_secret_is_told_nowhere(signed_in: Door) -> None:
    code, out, err = await signed_in.command(
        *(
            "sources",
            "add",
            "Inside",
            "--endpoint",
            "http://169.254.169.254",
            "--access-key",
            "a",
            "--bucket",
            "b-1/p/",
        ),
        environment={"LABELSTREAM_SOURCE_SECRET_KEY": SECRET},
    )
    assert code not in {Exit.DONE, Exit.USAGE}
    assert "LABELSTREAM_PRIVATE_ENDPOINTS" in err
    assert SECRET not in out + err
    code, _, err = await signed_in.command(
        *("sources", "add", "Inside", "--endpoint", "http://0x7f.1:1", "--access-key", "a", "--secret-stdin"),
        stdin=f"{SECRET}\n",
    )
    assert "source-refused" in err

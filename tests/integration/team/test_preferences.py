"""What an account has chosen for the console."""

from tests.integration.team.people import Platform

_DEFAULTS = {
    "theme": "system",
    "language": "system",
    "thumbnail_size": 128,
    "page_size": 100,
    "keys": {},
    "console": {},
}


async def test_preferences_are_the_callers_own(platform: Platform) -> None:
    assert (await (await platform.stranger()).get("/me/preferences")).status_code == 401
    _, ada = await platform.somebody()
    _, bob = await platform.somebody("annotator")
    assert (await ada.patch("/me/preferences", json={"theme": "dark"})).status_code == 200
    assert (await bob.get("/me/preferences")).json() == _DEFAULTS
    assert (await ada.get("/me/preferences")).json() == {**_DEFAULTS, "theme": "dark"}


async def test_a_change_leaves_the_rest_and_merges_maps_entry_by_entry(platform: Platform) -> None:
    _, ada = await platform.somebody()
    first = {"keys": {"next": "j", "previous": "k"}, "console": {"tips.seen": [1], "$wide": True}}
    assert (await ada.patch("/me/preferences", json=first)).json() == {**_DEFAULTS, **first}
    second = {"thumbnail_size": 512, "keys": {"next": None, "reject": "x"}, "console": {"$wide": None}}
    changed = (await ada.patch("/me/preferences", json=second)).json()
    assert changed == {
        **_DEFAULTS,
        "thumbnail_size": 512,
        "keys": {"previous": "k", "reject": "x"},
        "console": {"tips.seen": [1]},
    }
    assert (await ada.get("/me/preferences")).json() == changed


async def test_of_two_windows_the_one_that_saw_an_older_state_is_told(platform: Platform) -> None:
    _, ada = await platform.somebody()
    seen = (await ada.get("/me/preferences")).headers["ETag"]
    first = await ada.patch("/me/preferences", json={"theme": "light"}, headers={"If-Match": seen})
    assert first.status_code == 200
    second = await ada.patch("/me/preferences", json={"theme": "dark"}, headers={"If-Match": seen})
    assert second.status_code == 412
    assert (await ada.get("/me/preferences")).headers["ETag"] == first.headers["ETag"]


async def test_preferences_have_bounds(platform: Platform) -> None:
    _, ada = await platform.somebody()
    for body in (
        {"theme": "blue"},
        {"language": "fr"},
        {"thumbnail_size": 63},
        {"thumbnail_size": 1025},
        {"thumbnail_size": "256"},
        {"page_size": 0},
        {"theme": None},
        {"unknown": 1},
        {"keys": {"next": 7}},
        {"keys": {"next": "k" * 33}},
        {"keys": {f"action-{number}": "k" for number in range(101)}},
        {"console": {"note": "x" * 16_400}},
    ):
        answer = await ada.patch("/me/preferences", json=body)
        assert answer.status_code == 422, (body, answer.text)
    assert (await ada.get("/me/preferences")).json() == _DEFAULTS

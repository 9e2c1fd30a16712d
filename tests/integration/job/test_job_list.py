"""The job list: whose jobs, which of them, in what order, page by page."""

from collections.abc import Sequence

import httpx
from tests.integration.job.others import Publish, SignIn, Somebody, dataset, member, prepared, progress, shared, totals
from tests.support.waiting import eventually


async def listed(who: Somebody, **query: str | int) -> list[str]:
    """The ids on all pages."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = await who.http.get("/jobs", params={**query, **({"cursor": cursor} if cursor else {})})
        assert page.status_code == 200, page.text
        found += [job["id"] for job in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            return found


async def opened(who: Somebody, publish: Publish, names: Sequence[str]) -> list[str]:
    of_them = dataset(who.id)
    await publish(of_them)
    return [(await who.opens(of_them.dataset_id, name))["id"] for name in names]


async def test_anonymous(stranger: httpx.AsyncClient) -> None:
    assert (await stranger.get("/jobs")).status_code == 401


async def test_jobs_of_others_are_not_listed(somebody: SignIn, publish: Publish) -> None:
    ada, bob = somebody(), somebody()
    (job,) = await opened(ada, publish, ["Digits"])
    assert await listed(ada) == [job]
    assert await listed(bob) == []
    assert (await bob.http.get(f"/jobs/{job}")).status_code == 404


async def test_a_key_for_certain_jobs_lists_no_other(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    ours, other = await opened(ada, publish, ["Ours", "Other"])
    key = somebody(account=ada.id, jobs=frozenset({ours}))
    assert await listed(key) == [ours]
    assert await listed(key, tab="created") == [ours]
    assert await listed(key, tab="participating") == []
    for path in (f"/jobs/{other}", f"/jobs/{other}/progress"):
        assert (await key.http.get(path)).status_code == 404
    assert await listed(ada) == [ours, other]
    of_admin = somebody("admin", jobs=frozenset({ours}))
    assert await listed(of_admin) == [ours]


async def test_administrator_sees_every_job(somebody: SignIn, publish: Publish) -> None:
    ada, admin = somebody(), somebody("admin")
    (job,) = await opened(ada, publish, ["Digits"])
    assert job in await listed(admin)
    assert await listed(admin, tab="created") == []
    assert (await admin.sees(job))["role"] == "admin"


async def test_added_annotator_participates_until_removed(somebody: SignIn, publish: Publish) -> None:
    ada, bob = somebody(), somebody("annotator")
    job, _ = await opened(ada, publish, ["Digits", "Other"])
    await publish(member(job, bob.id, "reviewer"))

    async def participates() -> None:
        assert await listed(bob, tab="participating") == [job]

    await eventually(participates)
    assert (await bob.sees(job))["role"] == "reviewer"
    assert await listed(bob) == [job]
    assert await listed(bob, tab="created") == []
    assert await listed(ada, tab="participating") == []
    assert (await bob.http.patch(f"/jobs/{job}", json={"name": "Mine"})).status_code == 403
    assert (await bob.http.delete(f"/jobs/{job}")).status_code == 403

    await publish(member(job, bob.id, "reviewer", version=2, removed=True))

    async def gone() -> None:
        assert await listed(bob) == []
        assert (await bob.http.get(f"/jobs/{job}")).status_code == 404

    await eventually(gone, within=3)


async def test_filters_combine(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    cats, dogs, more = await opened(ada, publish, ["Cats (2026)", "Dogs", "More CATS"])
    await publish(prepared(cats))

    async def active() -> None:
        assert await listed(ada, state="active") == [cats]

    await eventually(active)
    assert await listed(ada, name="cats") == [cats, more]
    assert await listed(ada, name="(2026)") == [cats]
    assert await listed(ada, name=".*") == []
    assert await listed(ada, name="cats", state="preparing") == [more]
    assert await listed(ada, type="image_classification") == [cats, dogs, more]
    for bad in ({"tab": "mine"}, {"state": "done"}, {"type": "detection"}, {"sort": "size"}, {"limit": 0}):
        assert (await ada.http.get("/jobs", params=bad)).status_code == 422, bad


async def test_sorted_pages_hold_every_job_once(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    names = ["b", "a", "C", "a", "d", "B", "a"]
    ids = await opened(ada, publish, names)
    by_name = [ids[i] for i in sorted(range(len(names)), key=lambda i: (names[i].casefold(), ids[i]))]
    for limit in (1, 2, 3, 7, 100):
        assert await listed(ada, limit=limit) == ids
        assert await listed(ada, limit=limit, sort="-added") == ids[::-1]
        assert await listed(ada, limit=limit, sort="name") == by_name
        assert await listed(ada, limit=limit, sort="-name") == by_name[::-1]


async def test_sorted_by_progress_pages_hold_every_job_once(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    ids = await opened(ada, publish, ["none", "half", "all", "half too", "empty"])
    none, half, whole, half_too, empty = ids
    for job, labeled in ((none, 0), (half, 5), (whole, 10), (half_too, 5)):
        await publish(prepared(job), progress(job, 2, labeled, {}))

    async def arrived() -> None:
        assert (await ada.sees(half_too))["progress"]["labeled"] == 5

    await eventually(arrived)
    for limit in (1, 2, 5):
        assert await listed(ada, limit=limit, sort="progress") == [none, empty, half, half_too, whole]
        assert await listed(ada, limit=limit, sort="-progress") == [whole, half_too, half, empty, none]
        assert await listed(ada, limit=limit, sort="created") == ids
        assert await listed(ada, limit=limit, sort="-created") == ids[::-1]
    assert await listed(ada, sort="progress", state="active") == [none, half, half_too, whole]
    other = (await ada.http.get("/jobs", params={"limit": 1, "sort": "progress"})).json()["next_cursor"]
    assert (await ada.http.get("/jobs", params={"sort": "name", "cursor": other})).status_code == 422


async def test_cursor_stays_right_while_jobs_come_and_go(somebody: SignIn, publish: Publish) -> None:
    ada = somebody()
    ids = await opened(ada, publish, ["a", "b", "c", "d"])
    first = (await ada.http.get("/jobs", params={"limit": 2, "sort": "name"})).json()
    assert [job["id"] for job in first["items"]] == ids[:2]
    await ada.http.delete(f"/jobs/{ids[1]}")
    await opened(ada, publish, ["aa"])
    rest = (await ada.http.get("/jobs", params={"sort": "name", "cursor": first["next_cursor"]})).json()
    assert [job["id"] for job in rest["items"]] == ids[2:]


async def test_made_up_cursor_is_refused(somebody: SignIn) -> None:
    answer = await somebody().http.get("/jobs", params={"cursor": "nonsense"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-cursor")


async def test_a_labeler_sorts_jobs_by_their_own_progress(somebody: SignIn, publish: Publish) -> None:
    ada, ben = somebody(), somebody("annotator")
    of_them = dataset(ada.id)
    await publish(of_them)
    jobs: list[str] = []
    for settings, labeled, own in (("even", 9, 1), ("queue", 1, 3), ("none", 5, 0)):
        job = str((await ada.opens(of_them.dataset_id, team={"assignment": settings}))["id"])
        jobs.append(job)
        await publish(member(job, ben.id), progress(job, 2, labeled, {}), shared(job, 1, {ben.id: totals(4, own)}))
    even, queue, everybodys = jobs

    async def sorted_by_own() -> None:
        assert await listed(ben, sort="progress") == [even, everybodys, queue]

    await eventually(sorted_by_own)
    assert await listed(ben, sort="-progress", limit=1) == [queue, everybodys, even]
    assert await listed(ada, sort="progress") == [queue, everybodys, even]

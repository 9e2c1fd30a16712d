"""What a queue offers: known answers among the others, all of them once, the same for the same state."""

from hypothesis import given
from hypothesis import strategies as st

from label_service.domain.mixing import mixed


@given(st.integers(0, 40), st.integers(0, 20), st.integers(1, 30), st.integers(0, 500), st.text(max_size=3))
def test_everything_is_offered_once_and_what_is_free_in_its_order(
    free: int, known: int, places: int, more: int, seed: str
) -> None:
    others, tests = [f"f{one:03}" for one in range(free)], [f"k{one:03}" for one in range(known)]
    offered, again = (
        mixed(others, tests, places, known_left=known, free_left=free + more, seed=seed) for _ in range(2)
    )
    assert offered == again
    assert len(set(offered)) == len(offered)
    assert [one for one in offered if one[0] == "f"] == others
    assert len(offered) >= min(places, free + known)
    assert all(one[0] == "f" for one in offered[places:])


def test_known_answers_come_neither_first_nor_last() -> None:
    """Somebody takes one image after the other, of 200 that include 20 known ones."""
    firsts = 0
    for person in range(40):
        others, tests = [f"f{one}" for one in range(180)], [f"k{one}" for one in range(20)]
        places: list[int] = []
        for place in range(200):
            left = {"known_left": len(tests), "free_left": len(others)}
            taken, *_ = mixed(others[:2], tests[:1], 1, **left, seed=f"{person}:{len(tests)}:{len(others)}")
            (tests if taken in tests else others).remove(taken)
            places += [place] if taken[0] == "k" else []
        assert len(places) == 20
        assert places != list(range(20)), "not all come first"
        assert sum(place < 100 for place in places) in range(3, 18), "some come early, some late"
        firsts += places[0] == 0
    assert firsts < 20


def test_few_known_answers_among_many_images_come_soon() -> None:
    """Somebody takes 200 of 100,000 images, of which three are known ones."""
    met = 0
    for person in range(40):
        tests, free = ["k0", "k1", "k2"], 100_000
        for place in range(200):
            others = [f"f{place}", f"f{place}b"]
            taken, *_ = mixed(others, tests[:1], 1, known_left=len(tests), free_left=free, seed=f"{person}:{place}")
            if taken in tests:
                tests.remove(taken)
        met += 3 - len(tests)
    assert met > 100, f"{met} of 120"


def test_what_is_left_at_the_end_is_offered() -> None:
    assert mixed([], ["k"], 3, known_left=1, free_left=50, seed="s") == ["k"]
    assert mixed(["f"], [], 3, known_left=0, free_left=0, seed="s") == ["f"]

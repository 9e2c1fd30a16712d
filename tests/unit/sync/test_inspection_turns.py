"""Whose images are read next: a source that hangs, fails or is slow leaves the others their turn."""

from sync_service.application.inspection_turns import Turns


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_source_that_hangs_leaves_a_reader_to_the_others() -> None:
    turns = Turns(1, Clock())
    assert turns.resting() == set()
    turns.begin("slow", "slow:a")
    assert turns.resting() == {"slow"}
    assert turns.last == "slow:a"
    turns.ended("slow", "slow:a", 0.1)
    assert turns.resting() == set()


def test_a_dataset_that_may_not_be_read_rests_alone() -> None:
    turns = Turns(2, Clock())
    turns.begin("own", "own:a")
    assert turns.failed("own", "own:a", is_away=False) == 5
    assert turns.resting() == {"own:a"}


def test_a_source_that_fails_rests_twice_as_long_each_time_until_it_is_read() -> None:
    clock = Clock()
    turns = Turns(1, clock)

    def fail() -> float:
        turns.begin("dead", "dead:a")
        return turns.failed("dead", "dead:a", is_away=True)

    rests = [fail() for _ in range(9)]
    assert rests == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert turns.resting() == {"dead"}
    clock.now = 300
    assert turns.resting() == set()
    turns.begin("dead", "dead:a")
    turns.ended("dead", "dead:a", 0.1)
    assert fail() == 5


def test_a_slow_source_rests_as_long_as_it_took() -> None:
    clock = Clock()
    turns = Turns(1, clock)
    turns.begin("slow", "slow:a")
    turns.ended("slow", "slow:a", 30)
    assert turns.resting() == {"slow"}
    clock.now = 29
    assert turns.resting() == {"slow"}
    clock.now = 31
    assert turns.resting() == set()

"""Background work rests for those who are there, and works at full speed otherwise."""

import pytest

from labelstream_common.courtesy import SHARE, STAY_SECONDS, Courtesy


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_nobody_is_waited_for_before_the_first_request_and_after_the_last() -> None:
    clock = Clock()
    courtesy = Courtesy(clock)
    assert courtesy.pause_after(1.0) == 0
    courtesy.came("a")
    assert courtesy.pause_after(0.1) > 0
    clock.now += STAY_SECONDS
    assert courtesy.pause_after(0.1) == 0


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_all_workers_together_take_their_share(workers: int) -> None:
    courtesy = Courtesy(Clock())
    courtesy.came("a")
    took = 0.02
    assert workers * took / (took + courtesy.pause_after(took, workers=workers)) == pytest.approx(SHARE)


def test_a_pause_has_an_end() -> None:
    courtesy = Courtesy(Clock())
    courtesy.came("a")
    assert courtesy.pause_after(60) == 2


def test_others_are_there_while_two_accounts_send() -> None:
    clock = Clock()
    courtesy = Courtesy(clock)
    for _ in range(3):
        courtesy.came("a")
    assert not courtesy.others_are_there()
    courtesy.came("b")
    assert courtesy.others_are_there()
    clock.now += STAY_SECONDS / 2
    courtesy.came("a")
    assert courtesy.others_are_there()
    clock.now += STAY_SECONDS / 2
    assert courtesy.somebody_is_there()
    assert not courtesy.others_are_there()


def test_who_has_left_is_forgotten() -> None:
    clock = Clock()
    courtesy = Courtesy(clock)
    for number in range(1_000):
        courtesy.came(str(number))
        clock.now += STAY_SECONDS
    assert len(courtesy._came_at) <= 2


def test_what_somebody_asked_for_pauses_beside_others_twice_as_long_as_it_took() -> None:
    courtesy = Courtesy(Clock())
    courtesy.came("a")
    assert courtesy.pause_beside_others(0.1) == 0
    courtesy.came("b")
    assert courtesy.pause_beside_others(0.1) == 0.2
    assert courtesy.pause_beside_others(60) == 1
    assert courtesy.pause_beside_others(0.1, workers=4) == pytest.approx(1.1), "a third of the time for four together"
    assert courtesy.pause_beside_others(60, workers=4) == 4


def test_what_somebody_asked_for_pauses_while_they_label() -> None:
    clock = Clock()
    courtesy = Courtesy(clock)
    courtesy.came("a")
    courtesy.labeled()
    assert courtesy.pause_beside_others(0.1) == 0.2
    clock.now += STAY_SECONDS
    assert courtesy.pause_beside_others(0.1) == 0

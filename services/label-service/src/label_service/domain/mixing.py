"""The order in which a queue offers items: known answers among the others, so that nobody can tell them apart.

Each place gets a known answer with the chance that those which somebody still has to give have among all that they are
likely to get, and at least with a chance of one in twenty: of a few known ones among many thousands most people would
meet none. They are not simply first or last, wherever somebody joins. The same state gives the same order.
"""

import random
from collections.abc import Sequence

_ONE_OF = 20
"""Of so many images one is a known answer on average, or more, until somebody has given all."""


def mixed(
    free: Sequence[str], known: Sequence[str], places: int, *, known_left: int, free_left: int, seed: str
) -> list[str]:
    """What is offered: for `places` of them mixed, then the rest of `free`, should some of them be gone by now.

    `known_left` is how many known answers somebody still has to give, `free_left` how many others they may yet get.
    """
    dice = random.Random(seed)  # noqa: S311 - it mixes, it keeps no secret
    others, tests = list(reversed(free)), list(known)
    offered: list[str] = []
    for _ in range(places):
        left = min(known_left + free_left, known_left * _ONE_OF)
        is_test = bool(tests) and (not others or dice.randrange(max(1, left)) < known_left)
        if is_test:
            offered.append(tests.pop(dice.randrange(len(tests))))
            known_left -= 1
        elif others:
            offered.append(others.pop())
            free_left = max(0, free_left - 1)
        else:
            break
    return [*offered, *reversed(others)]

"""What several answers to one item amount to. A category is whatever makes two answers equal: the set of labels."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence


def majority(answers: Collection[Iterable[str]]) -> frozenset[str]:
    """The labels that more than half of the answers gave, each label judged by itself; perhaps none."""
    votes = Counter(label for answer in answers for label in set(answer))
    return frozenset(label for label, count in votes.items() if 2 * count > len(answers))


def agreement_of(categories: Sequence[Hashable]) -> float | None:
    """The share of pairs of answers to one item that are equal; None if there are fewer than two answers."""
    equal = sum(count * (count - 1) // 2 for count in Counter(categories).values())
    pairs = len(categories) * (len(categories) - 1) // 2
    return equal / pairs if pairs else None

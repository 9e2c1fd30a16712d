"""How much work each benchmark does: whole, a tenth of that, or just enough to see that it runs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Counts of items, requests and seconds; `repeats` of every measurement."""

    bulk: int = 200_000
    chunk: int = 1000
    bulk_connections: int = 4
    singles: int = 6000
    single_connections: int = 32
    paced_rate: int = 500
    paced_seconds: int = 10
    job: int = 1_000_000
    small_job: int = 10_000
    objects: int = 100_000
    lines: int = 1_000_000
    rows: int = 200_000
    console: int = 100_000
    alone: int = 200
    hand: int = 500
    growth: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    pages: int = 200
    starts: int = 3
    idle_seconds: float = 10.0
    attack_seconds: float = 6.0
    repeats: int = 3


WHOLE = Sizes()
TENTH = Sizes(
    bulk=20_000,
    singles=3000,
    job=100_000,
    objects=10_000,
    lines=100_000,
    rows=20_000,
    alone=100,
    hand=300,
    growth=(10_000, 100_000),
    pages=100,
    attack_seconds=3.0,
)
QUICK = Sizes(
    bulk=5000,
    singles=640,
    paced_seconds=2,
    job=10_000,
    small_job=2000,
    objects=2000,
    lines=5000,
    rows=2000,
    console=2000,
    alone=20,
    hand=50,
    growth=(1000,),
    pages=30,
    starts=1,
    idle_seconds=2.0,
    attack_seconds=0.5,
    repeats=1,
)

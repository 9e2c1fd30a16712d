"""What a review rejected comes back to somebody who is there, and is dealt evenly."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.label.scene import BOB, Ids, numbered
from tests.unit.label.team_scene import Team

from label_service.domain.actors import Cause
from label_service.domain.answers import answer_to_show
from label_service.domain.commands import Annotate, EndLeases, ReleaseItems, ReviewItems, SetKnownAnswers, TakeItems
from label_service.domain.ownership import RETURNED, all_facets, is_done, is_waiting
from label_service.domain.reviewing import Judgement

REJECT = Judgement("reject", reason="blurred")
HALF_AN_HOUR = timedelta(minutes=30)
PEOPLE = ("ada", "ben", "eve")


def label(team: Team, person: str, sample_ids: Sequence[str], name: str = "cat") -> None:
    done = team.apply(Annotate(team.by(person, own_only=True), sample_ids, choice=[name], label_ids=Ids()))
    assert done.changed == len(sample_ids)


def reject(team: Team, sample_ids: Sequence[str]) -> None:
    assert team.apply(ReviewItems(team.origin(BOB, Cause.REVIEW), sample_ids, REJECT)).changed == len(sample_ids)


def of(team: Team, person: str) -> list[str]:
    return [one for one, held in team.hands().items() if person in held]


def reason(team: Team, sample_id: str) -> str:
    return str(team.items[sample_id]["review"]["reason"])


def test_who_stays_keeps_what_was_rejected_and_who_leaves_gives_it_to_others_evenly() -> None:
    team = Team(30, assignment="even")
    team.deal(PEOPLE)
    of_ada, of_ben = of(team, "ada"), of(team, "ben")
    label(team, "ada", of_ada[:8])
    label(team, "ben", of_ben[:1])
    reject(team, [*of_ada[:7], of_ben[0]])
    team.deal(("ben", "eve"))
    hands = team.hands()
    assert hands[of_ada[7]] == ["ada"], "what was not rejected stays whose it was"
    assert hands[of_ben[0]] == ["ben"]
    came = Counter(hands[one][0] for one in of_ada[:7])
    assert came == {"ben": 3, "eve": 4}, "with their own, both have four"
    for one in of_ada[:7]:
        assert reason(team, one) == "blurred"
        assert not is_done(team.items[one], hands[one][0])
        label(team, hands[one][0], [one])
        assert team.items[one]["review"] is None or team.items[one]["review"]["state"] == "pending"
    team.check()


def test_what_is_rejected_after_its_labeler_left_is_dealt_in_the_same_commit() -> None:
    team = Team(6, assignment="even")
    team.deal(PEOPLE[:2])
    done = of(team, "ada")
    label(team, "ada", done)
    team.deal(("ben",), keepers=("ada",))
    assert {tuple(team.hands()[one]) for one in done} == {("ada",)}
    reject(team, done)
    assert {tuple(team.hands()[one]) for one in done} == {("ben",)}, "who is a reviewer by now is no labeler"
    team.check()


def test_what_was_rejected_waits_for_somebody_and_its_labeler_has_it_first() -> None:
    team = Team(3, assignment="even")
    team.deal(("ada",))
    label(team, "ada", sorted(team.items))
    reject(team, sorted(team.items))
    team.deal(())
    assert set(map(len, team.hands().values())) == {0}
    team.deal(PEOPLE)
    assert set(map(tuple, team.hands().values())) == {("ada",)}


def test_several_labelers_the_place_of_who_left_is_filled_and_their_answer_no_longer_counts() -> None:
    team = Team(1, assignment="even", overlap=2)
    team.deal(("ada", "ben"))
    one = numbered(1)
    label(team, "ada", [one], "cat")
    label(team, "ben", [one], "cat")
    reject(team, [one])
    team.deal(("ben", "eve"))
    assert set(team.hands()[one]) == {"ben", "eve"}
    assert answer_to_show(team.items[one], "eve") is None
    label(team, "eve", [one], "dog")
    assert {answer["by"] for answer in team.items[one]["answers"]} == {"ben", "eve"}
    assert [answer["by"] for answer in team.items[one]["earlier_answers"]] == ["ada"]
    assert team.items[one]["review"]["state"] == "pending"


def test_a_queue_offers_what_came_back_and_keeps_it_with_who_did_it() -> None:
    team = Team(4, assignment="queue")
    until = team.now + HALF_AN_HOUR
    team.deal(("ada", "ben"))
    first, second = sorted(team.apply(TakeItems(team.by("ada"), sorted(team.items), 2, until)).taken)
    label(team, "ada", [first, second])
    reject(team, [first])
    assert not team.apply(TakeItems(team.by("ben"), [first], 1, until)).taken, "it is still its labeler's"
    team.deal(("ben",))
    reject(team, [second])
    assert [RETURNED in all_facets(team.items[one]) for one in (first, second)] == [True, True]
    assert team.apply(TakeItems(team.by("ben"), [first, second], 2, until)).taken == [first, second]
    assert RETURNED not in all_facets(team.items[first])
    assert team.apply(ReleaseItems(team.by("ben"), [second], skip=True)).changed == 1
    assert not team.apply(TakeItems(team.by("ben"), [second], 2, until)).taken
    label(team, "ben", [first])
    team.now = until + timedelta(seconds=1)
    team.apply(EndLeases(team.origin(), [first, second]))
    assert team.hands()[first] == ["ben"], "the labels are still by somebody else, and yet the work was ben's"
    team.check()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_whoever_comes_and_goes_what_was_rejected_is_somebodys(data: st.DataObject) -> None:
    overlap = data.draw(st.integers(1, 2))
    team = Team(data.draw(st.integers(1, 8)), assignment="even", overlap=overlap)
    people: tuple[str, ...] = PEOPLE
    team.deal(people)
    for _ in range(data.draw(st.integers(1, 8))):
        match data.draw(st.integers(0, 2)):
            case 0:
                people = tuple(data.draw(st.lists(st.sampled_from(PEOPLE), unique=True)))
                team.deal(people, piece=data.draw(st.integers(1, 4)))
            case 1 if people:
                person = data.draw(st.sampled_from(people))
                label_ids, name = Ids(), data.draw(st.sampled_from(["cat", "dog"]))
                ids = of(team, person)[: data.draw(st.integers(1, 8))]
                team.apply(Annotate(team.by(person, own_only=True), ids, choice=[name], label_ids=label_ids))
            case 2:
                ids = sorted(team.items)[data.draw(st.integers(0, 4)) :]
                team.apply(ReviewItems(team.origin(BOB, Cause.REVIEW), ids, REJECT))
        team.check()
        for item in team.items.values():
            if item.get("review") and item["review"]["state"] == "rejected":
                held = [one["account_id"] for one in item["assignees"]]
                assert len(set(held)) == len(held) >= min(overlap, len(people))
                assert set(held) <= set(people)


def label_of_none(team: Team, person: str, sample_id: str) -> bool:
    edit = Annotate(team.by(person, own_only=True), [sample_id], add=("dog",), label_ids=Ids())
    return list(team.apply(edit).missing) == [sample_id]


def test_a_known_answer_that_is_given_back_waits_and_one_that_is_skipped_is_no_longer_theirs() -> None:
    team = Team(3, assignment="queue")
    until, known = team.now + HALF_AN_HOUR, numbered(2)
    team.deal(("ada", "ben"))
    cat = team.label("cat")
    team.apply(SetKnownAnswers(team.origin(BOB), {known: [cat]}, ("ada", "ben")))
    team.check()
    for ending in (ReleaseItems(team.by("ada"), [known]), EndLeases(replace(team.by("ada"), at=until), [known])):
        assert team.apply(TakeItems(team.by("ada"), [known], 1, until)).taken == [known]
        assert team.apply(ending).changed == 1
        assert [is_waiting(one) for one in team.items[known]["assignees"]] == [True, True]
        team.check()
    assert not team.apply(TakeItems(team.by("eve"), [known], 1, until)).taken, "it is for those who are tested"
    team.apply(TakeItems(team.by("ben"), [known], 1, until))
    label(team, "ben", [known], "dog")
    team.apply(TakeItems(team.by("ada"), [known], 1, until))
    team.apply(ReleaseItems(team.by("ada"), [known], skip=True))
    assert [one["label_id"] for one in team.items[known]["labels"]] == [cat], "nobody else is to answer"
    team.deal(("ada", "ben", "eve"))
    assert team.hands()[known] == ["ben"], "what is decided tests nobody who joins"
    team.check()


def test_who_comes_to_a_queue_is_tested_like_the_others_and_nothing_else_moves() -> None:
    team = Team(5, assignment="queue")
    until = team.now + HALF_AN_HOUR
    team.deal(("ada", "ben"))
    cat, known = team.label("cat"), numbered(3)
    team.apply(SetKnownAnswers(team.origin(BOB), {known: [cat]}, ("ada", "ben")))
    taken = team.apply(TakeItems(team.by("ada"), sorted(team.items), 2, until)).taken
    before = {one: held for one, held in team.hands().items() if one != known}
    team.deal(("ada", "ben", "eve"))
    assert {one: held for one, held in team.hands().items() if one != known} == before
    assert team.hands()[known] == ["ada", "ben", "eve"]
    assert known in team.apply(TakeItems(team.by("eve"), [known], 1, until)).taken
    for person in ("ada", "ben"):
        assert label_of_none(team, person, known), "nobody can label what they have not taken"
        team.apply(TakeItems(team.by(person), [known], 1, until))
        label(team, person, [known], "dog")
    assert not team.items[known]["labels"], "it waits for who has come"
    team.deal(("ada", "eve"))
    label(team, "eve", [known], "dog")
    assert [one["label_id"] for one in team.items[known]["labels"]] == [cat]
    assert set(taken) <= set(before)
    team.check()

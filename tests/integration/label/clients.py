"""Clients that do something at random, one step after another, and wait for nobody."""

import random
from typing import Any

from tests.integration.label.program import NAMES
from tests.integration.label.workplace import Desk, Job


async def worker(dice: random.Random, job: Job, desk: Desk, steps: int) -> None:
    """One client that does not wait for the others; what it is refused must be a refusal that it may get."""
    for _ in range(steps):
        ids, names = dice.sample(job.ids, dice.randint(1, 15)), dice.sample(NAMES, 2)
        roll = dice.random()
        if roll < 0.6:
            edit: dict[str, Any] = dice.choice(
                [{"add": names}, {"set": names}, {"remove": names}, {"hard": dice.random() < 0.5}]
            )
            await desk.annotate(ids, **edit)
        elif roll < 0.7:
            labels = [{"name": name, "confidence": dice.random()} for name in names]
            await desk.post("predictions", [{"sample_id": one, "labels": labels, "model": "net"} for one in ids])
        elif roll < 0.8:
            await desk.post(dice.choice(["items:confirm", "items:reject"]), {"sample_ids": ids})
        elif roll < 0.88:
            entries = [entry for entry in await desk.feed() if entry["kind"] == "item"]
            if entries:
                undone = dice.choice(entries[-20:])["change_id"]
                answer = await desk.call("POST", f"changes/{undone}:undo")
                if answer.status_code not in {200, 202}:
                    made = [entry for entry in entries if entry["change_id"] == undone]
                    assert (answer.status_code, answer.json()["code"]) in refusals_of_undo(made), answer.text
        else:
            labels_now = await desk.labels()
            if len(labels_now) > 1:
                one, other = dice.sample(sorted(labels_now), 2)
                status = await random_label_change(dice, desk, labels_now[one], labels_now[other])
                assert status in {200, 202, 404, 409, 422}


def refusals_of_undo(entries: list[dict[str, Any]]) -> set[tuple[int, str]]:
    """How the undo of a change may be refused: by what images say of it. An edit by a person or a model never is."""
    if entries[0]["cause"] in {"label-deleted", "label-merged"}:
        return {(409, "label-name-taken")}  # somebody has given the name to another label since
    if all(None in (entry["before"], entry["after"]) for entry in entries):
        return {(409, "not-undoable")}  # images came or went
    return set()


async def random_label_change(dice: random.Random, desk: Desk, label: dict[str, Any], other: dict[str, Any]) -> int:
    match dice.randint(0, 2):
        case 0:
            answer = await desk.call("PATCH", f"labels/{label['id']}", json={"name": dice.choice(NAMES)})
        case 1:
            answer = await desk.call("DELETE", f"labels/{label['id']}")
        case _:
            body = {"from": [label["id"]], "into": other["id"]}
            answer = await desk.call("POST", "labels:merge", json=body)
    return answer.status_code

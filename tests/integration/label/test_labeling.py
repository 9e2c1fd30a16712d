"""`POST /jobs/{id}/annotations`: what people do to images."""

from tests.integration.label.workplace import Workplace


async def test_added_labels_stand_in_every_read_after_the_reply(workplace: Workplace) -> None:
    job = await workplace.job(3, labels=["dog"])
    desk = job.desk
    first, second, third = job.ids
    reply = await desk.annotate([first, second], add=["cat", "dog"])
    assert reply["changed"] == 2
    assert reply["unchanged"] == 0
    assert [label["name"] for label in reply["created_labels"]] == ["cat"]
    assert reply["counts"] == {"total": 3, "labeled": 2, "unlabeled": 1, "to_confirm": 0}
    item = await desk.item(first)
    assert [label["name"] for label in item["labels"]] == ["cat", "dog"]
    assert {label["by"] for label in item["labels"]} == {job.owner.id}
    assert (item["status"], item["version"], item["hard"]) == ("labeled", 1, False)
    assert [change["change_id"] for change in item["changes"]] == [reply["change_id"]]
    assert {name: label["count"] for name, label in (await desk.labels()).items()} == {"dog": 2, "cat": 2}
    assert await desk.ids(status="unlabeled") == [third]
    assert (await desk.stats())["labeled"] == 2

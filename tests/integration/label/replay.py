"""What a reader of the feed makes of it: the plainest state machine that the entries allow."""

from typing import Any

LabelKey = tuple[str, str, str | None, float | None]


class Replay:
    """Items and labels after the entries that were applied."""

    def __init__(self) -> None:
        self.labels: dict[str, str] = {}
        self.states: dict[str, tuple[int, dict[str, Any]]] = {}

    def apply(self, entry: dict[str, Any]) -> None:
        match entry["kind"]:
            case "items":
                for sample_id in entry["added_ids"]:
                    empty: dict[str, Any] = {"labels": [], "status": "unlabeled", "hard": False}
                    self.states.setdefault(sample_id, (0, empty))
            case "item":
                self._item(entry)
            case "label":
                self._label(entry)

    def _item(self, entry: dict[str, Any]) -> None:
        sample_id = entry["sample_id"]
        if sample_id in self.states:
            version, state = self.states[sample_id]
            assert entry["version"] == version + 1, entry
            assert entry["before"] is not None
            assert self._essence(entry["before"]) == self._essence(state), entry
        else:
            assert entry["before"] is None, entry
        if entry["after"] is None:
            self.states.pop(sample_id)
        else:
            self.states[sample_id] = (entry["version"], entry["after"])

    def _label(self, entry: dict[str, Any]) -> None:
        match entry["type"].split(".")[2]:
            case "created" | "renamed":
                self.labels[entry["label"]["label_id"]] = entry["label"]["name"]
            case "deleted":
                del self.labels[entry["label"]["label_id"]]
            case "merged":
                for one in entry["from"]:
                    del self.labels[one["label_id"]]

    def items(self) -> dict[str, Any]:
        """By sample: version, status, hard, and the labels that people see, with their names."""
        return {
            sample_id: (version, state["status"], state["hard"], self._seen(state))
            for sample_id, (version, state) in self.states.items()
        }

    def _seen(self, state: dict[str, Any]) -> list[tuple[str, str, Any]]:
        return sorted(
            (one["label_id"], self.labels[one["label_id"]], (one["by"], one["at"], one["source"], one["confidence"]))
            for one in state["labels"]
            if one["label_id"] in self.labels
        )

    @staticmethod
    def shown(rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Rows of an export or of a list of items, as `items` has them."""
        return {
            row["sample_id"]: (
                row["version"],
                row["status"],
                row["hard"],
                sorted(
                    (one["label_id"], one["name"], (one["by"], one["at"], one["source"], one["confidence"]))
                    for one in row["labels"]
                ),
            )
            for row in rows
        }

    @staticmethod
    def _essence(state: dict[str, Any]) -> Any:
        return sorted((one["label_id"], one["source"], one["by"], one["at"]) for one in state["labels"]), state["hard"]

"""What a reader of the feed makes of it: the plainest state machine that the entries allow."""

from typing import Any

LabelKey = tuple[str, str, str | None, float | None]


class Replay:
    """Items and labels after the entries that were applied."""

    def __init__(self) -> None:
        self.labels: dict[str, str] = {}
        self.looks: dict[str, dict[str, Any]] = {}
        self.became: dict[str, str | None] = {}
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
            case "created" | "renamed" | "updated":
                self.looks[entry["label"]["label_id"]] = {
                    name: entry["label"][name] for name in ("color", "shortcut", "description")
                }
                self.labels[entry["label"]["label_id"]] = entry["label"]["name"]
                self.became.pop(entry["label"]["label_id"], None)
            case "deleted":
                del self.labels[entry["label"]["label_id"]]
                self.became[entry["label"]["label_id"]] = None
            case "merged":
                for one in entry["from"]:
                    del self.labels[one["label_id"]]
                    self.became[one["label_id"]] = entry["into"]["label_id"]

    def items(self) -> dict[str, Any]:
        """By sample: version, status, hard, and the labels that people see, with their names."""
        found = {}
        for sample_id, (version, state) in self.states.items():
            labels = self._seen(state)
            counting = [label_id for label_id, one in labels.items() if one["source"] != "model"]
            status = "labeled" if counting else "to_confirm" if labels else "unlabeled"
            shown = sorted(
                (label_id, self.labels[label_id], (one["by"], one["at"], one["source"], one["confidence"]))
                for label_id, one in labels.items()
            )
            found[sample_id] = (version, status, state["hard"], shown)
        return found

    def _seen(self, state: dict[str, Any]) -> dict[str, Any]:
        """By the label that people see: of several that were merged the first that counts, else the first."""
        found: dict[str, Any] = {}
        for one in state["labels"]:
            label_id: str | None = one["label_id"]
            while label_id in self.became:
                label_id = self.became[label_id]
            if label_id is None:
                continue
            if label_id not in found or (found[label_id]["source"] == "model" and one["source"] != "model"):
                found[label_id] = one
        return found

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

"""Cuts the golden items of a release: `python -m tests.golden.cut`, run once, when the release is cut.

It writes a file for each of `ITEMS` in the release's folder. A golden file is never written again: what is stored out there is as it was
written. A release that changes how an item is stored brings values and a folder of its own (docs/upgrading.md).
"""

import json
from pathlib import Path
from typing import Any

from shared.store.items import Item
from tests.golden.v0_2_0.items import ITEMS

FOLDER = Path(__file__).parent / "0.2.0" / "items"


def stored(item: Item) -> dict[str, Any]:
    """The attributes of an item as JSON, in DynamoDB's types."""
    return json.loads(json.dumps(item.serialize()))


def cut() -> list[str]:
    """Write the files that are not there yet, and return their names."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = []
    for name, golden in ITEMS.items():
        path = FOLDER / f"{name}.json"
        if not path.exists():
            document = stored(golden.write(golden.value))
            text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False)
            path.write_text(text + "\n", "utf-8")
            made.append(path.name)
    return made


if __name__ == "__main__":
    print("\n".join(cut()) or "every golden item is there already")

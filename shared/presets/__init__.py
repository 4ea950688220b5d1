"""Programs to begin with, each a whole program document (specification: presets)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

PRESETS = ("peer_to_peer", "volume_groups", "level_based", "recursive", "advocate_rules")
_FOLDER = Path(__file__).parent


def load_preset(name: str, translate: Callable[[str], str] = str) -> dict[str, object]:
    """The program document of a preset. `translate` is applied to each text that people read.

    Raises `KeyError` for a name that is not in `PRESETS`.
    """
    if name not in PRESETS:
        raise KeyError(name)
    document: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    document["name"] = translate(document["name"])
    for group in document["groups"]:
        group.update({field: translate(group[field]) for field in ("name", "description")})
    return document


def list_texts() -> list[str]:
    """The texts of all presets that people read, in English: names of programs and groups, and
    descriptions of groups.
    """
    texts: list[str] = []

    def collect(text: str) -> str:
        texts.append(text)
        return text

    for name in PRESETS:
        load_preset(name, collect)
    return texts

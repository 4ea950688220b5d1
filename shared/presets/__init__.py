"""Programs to begin with, each a whole program document (specification: presets)."""

import json
from pathlib import Path

PRESETS = ("peer_to_peer", "volume_groups", "level_based", "recursive", "advocate_rules")
_FOLDER = Path(__file__).parent


def load_preset(name: str) -> dict[str, object]:
    """The program document of a preset; raises `KeyError` for a name that is not in `PRESETS`."""
    if name not in PRESETS:
        raise KeyError(name)
    document: dict[str, object] = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    return document

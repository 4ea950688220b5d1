"""Programs to begin with: the systems that Grapevine replaces, each a whole program document."""

import json
from pathlib import Path

PRESETS = ("peer_to_peer", "volume_groups", "level_based", "recursive", "advocate_rules")
_FOLDER = Path(__file__).parent


def preset(name: str) -> dict:
    """A program document by its name; raises `KeyError` for a name that is none of `PRESETS`."""
    if name not in PRESETS:
        raise KeyError(name)
    return json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))

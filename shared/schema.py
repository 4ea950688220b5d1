"""The published JSON Schema of program documents."""

import json
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("program.schema.json")


@cache
def program_schema() -> dict:
    return json.loads(FILE.read_text("utf-8"))

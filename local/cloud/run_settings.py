"""What `grapevine run` is told on its command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True)
class RunSettings:
    """`dynamodb` is the address of another engine for the tables.

    `parameters` are the template's; `secrets` join those that are made here.
    """

    port: int
    folder: Path
    template: Path
    dynamodb: str | None
    demo: bool = False
    parameters: Mapping[str, str] = MappingProxyType({})
    secrets: Mapping[str, str] = MappingProxyType({})

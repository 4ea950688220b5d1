"""The settings of `grapevine run`, from its command line."""

import contextlib
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from local.cloud.resources import Schedule
from local.cloud.running_system import SystemAccess
from local.cloud.schedule_expressions import FiringTimes

type OpenShop = Callable[
    [
        contextlib.AsyncExitStack,
        socket.socket,
        Path,
        SystemAccess,
        Sequence[tuple[Schedule, FiringTimes]],
    ],
    None,
]


@dataclass(frozen=True)
class NeighbourShop:
    """A shop that runs beside the cloud, on the next port.

    `open` serves the shop on a bound socket until the exit stack closes.
    """

    name: str
    open: OpenShop


@dataclass(frozen=True)
class RunSettings:
    """The settings of one run.

    * `dynamodb`: the address of another engine for the tables, or None.
    * `parameters`: parameters of the template.
    * `secrets`: secrets from outside, added to those of the data folder.
    """

    port: int
    folder: Path
    template: Path
    dynamodb: str | None
    shop: NeighbourShop | None = None
    parameters: Mapping[str, str] = MappingProxyType({})
    secrets: Mapping[str, str] = MappingProxyType({})

"""The contracts of all processors, by their names; a file here is one more."""

from importlib import import_module
from pathlib import Path

from tests.support.contract import Contract

CONTRACTS: dict[str, Contract] = {
    contract.provider: contract
    for file in sorted(Path(__file__).parent.glob("[a-z]*.py"))
    for contract in [import_module(f"{__name__}.{file.stem}").CONTRACT]
}

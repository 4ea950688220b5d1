"""`python -m benchmarks`: runs the measures, prints tables, writes JSON to `benchmarks/results`. An aim that is missed ends with 1."""

import argparse
import importlib
import pkgutil
import sys

import benchmarks
from benchmarks.report import Found, keep, table

ORDER = ("costs", "imports", "throughput", "backtest")


def measures() -> list[str]:
    """Every module here that has a `measure`; new ones come last."""
    found = {module.name for module in pkgutil.iter_modules(benchmarks.__path__)} - {"__main__"}
    names = [
        name for name in found if hasattr(importlib.import_module(f"benchmarks.{name}"), "measure")
    ]
    return sorted(
        names, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name)
    )


def main() -> int:
    names = measures()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "measures",
        nargs="*",
        metavar="MEASURE",
        help=f"which ones, of: {', '.join(names)} (default: all)",
    )
    chosen = parser.parse_args().measures or names
    if unknown := sorted(set(chosen) - set(names)):
        parser.error(f"there is no measure {', '.join(unknown)}")
    missed = [name for name in chosen if not _met(_measured(name))]
    return 1 if missed else 0


def _measured(name: str) -> Found:
    found = importlib.import_module(f"benchmarks.{name}").measure()
    print(f"\n{table(found)}\n\nwritten to {keep(found)}", flush=True)
    return found


def _met(found: Found) -> bool:
    return all(aim.met for aim in found.aims)


if __name__ == "__main__":
    sys.exit(main())

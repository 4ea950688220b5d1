"""`python -m benchmarks`: runs benchmarks, prints tables, writes JSON to `benchmarks/results`.

The exit code is 1 if an aim is missed.
"""

import argparse
import importlib
import pkgutil
import sys

import benchmarks
from benchmarks.report import Measurement, format_measurement, save

FIRST = ("costs", "starts", "throughput", "backtest")


def list_benchmarks() -> list[str]:
    """The names of all modules here that have a function `measure`: first those in `FIRST`, then
    the others by name.
    """
    modules = {module.name for module in pkgutil.iter_modules(benchmarks.__path__)} - {"__main__"}
    names = {
        name
        for name in modules
        if hasattr(importlib.import_module(f"benchmarks.{name}"), "measure")
    }
    return [*(name for name in FIRST if name in names), *sorted(names - set(FIRST))]


def main() -> int:
    names = list_benchmarks()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "benchmarks",
        nargs="*",
        metavar="BENCHMARK",
        help=f"which ones, of: {', '.join(names)} (default: all)",
    )
    chosen = parser.parse_args().benchmarks or names
    if unknown := sorted(set(chosen) - set(names)):
        parser.error(f"there is no benchmark {', '.join(unknown)}")
    measurements = [_run(name) for name in chosen]
    return 0 if all(aim.met for measured in measurements for aim in measured.aims) else 1


def _run(name: str) -> Measurement:
    measurement: Measurement = importlib.import_module(f"benchmarks.{name}").measure()
    path = save(measurement)
    print(f"\n{format_measurement(measurement)}\n\nwritten to {path}", flush=True)
    return measurement


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.calculator --seed N --histories 30000`: do calculator and backtest agree?"""

import argparse
import json
import sys
from random import Random
from typing import Any

from tests.calculator.comparison import differences, shrunk
from tests.calculator.invented_histories import history
from tests.calculator.invented_programs import program


def invented(seed: int, number: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Program and history of one number of a seed."""
    random = Random(f"{seed}/{number}")
    terms = program(random)
    return terms, history(random, terms)


def show(seed: int, number: int) -> None:
    """Print the shortest history of a disagreement."""
    terms, lines = invented(seed, number)
    lines = shrunk(lines, lambda shorter: bool(differences(terms, shorter)))
    print(f"--- seed {seed}, history {number}")
    print(json.dumps(terms))
    for line in lines:
        print(json.dumps(line))
    print(*differences(terms, lines), sep="\n")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.calculator", description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--histories", type=int, default=30_000)
    parser.add_argument("--first", type=int, default=0, help="the first history's number")
    parser.add_argument("--show", type=int, default=3, help="how many disagreements to shrink")
    options = parser.parse_args()
    wrong = 0
    for number in range(options.first, options.first + options.histories):
        if differences(*invented(options.seed, number)):
            wrong += 1
            if wrong <= options.show:
                show(options.seed, number)
    print(f"seed {options.seed}: {options.histories} histories, {wrong} disagreements")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

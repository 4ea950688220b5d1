"""`grapevine lint`: what a program may cost at worst, and what is wrong with it."""

import sys
from pathlib import Path
from typing import TextIO

from local.cli.backtest import WrongProgram, read_program
from local.cli.backtest_report import money, table
from local.cli.history_file import UnreadableHistory
from shared.domain.lint.findings import Finding, has_errors, large_order, lint
from shared.domain.lint.worst_case import WorstOrder, discounted_order, worst_order
from shared.domain.money import minor_digits
from shared.domain.programs.program import Program


def lint_file(path: Path, target: TextIO) -> int:
    """0 where nothing stops publishing, 1 on an error, 2 where there is no document to read."""
    try:
        program = read_program(path)
    except UnreadableHistory as unreadable:
        print(f"grapevine: {unreadable}", file=sys.stderr)
        return 1 if isinstance(unreadable, WrongProgram) else 2
    findings = lint(program)
    target.write(
        f"{program.name} ({program.id}), amounts in {program.currency}\n\n{_worst_cases(program)}\n"
    )
    for finding in findings:
        target.write(_finding(finding, program.currency))
    errors = sum(finding.severity == "error" for finding in findings)
    target.write(f"{errors} errors, {len(findings) - errors} warnings\n")
    return 1 if has_errors(findings) else 0


def _worst_cases(program: Program) -> str:
    """Orders of ten, a hundred, ... units, every level taken by the best group."""
    unit = 10 ** minor_digits(program.currency)
    rows = [_row(worst_order(program, unit * 10**power), program.currency) for power in range(1, 4)]
    rows.append(_row(worst_order(program, large_order(program)), program.currency))
    if program.friend.discount:
        rows.append(_row(discounted_order(program, large_order(program)), program.currency))
    return table(("Worst case: items", "discount", "kept", "rewards"), rows)


def _row(example: WorstOrder, currency: str) -> list[str]:
    return [
        money(amount, currency)
        for amount in (example.items_total, example.discount, example.kept, example.total)
    ]


def _finding(finding: Finding, currency: str) -> str:
    lines = [f"{finding.severity}: {finding.code} at {finding.field}", f"  {finding.text}"]
    if finding.example:
        items, discount, kept, total = _row(finding.example, currency)
        rewards = (
            ", ".join(
                f"{who} {money(amount, currency)}" for who, _, amount in finding.example.rewards
            )
            or "none"
        )
        lines.append(
            f"  for example: items {items}, discount {discount}, kept {kept}; rewards {rewards}; together {total}"
        )
    return "\n".join(lines) + "\n\n"

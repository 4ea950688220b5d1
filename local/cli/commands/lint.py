"""`grapevine lint`: checks a program, and shows what it may cost in the worst case."""

import argparse
import sys
from pathlib import Path
from typing import TextIO

from local.cli.input_files import InvalidProgram, UnreadableFile, read_program
from local.cli.tables import format_money, format_table
from shared.domain.lint.finding import Finding
from shared.domain.lint.findings import has_errors, large_order, lint
from shared.domain.lint.worst_case import WorstOrder, discounted_order, worst_order
from shared.domain.money import minor_digits
from shared.domain.programs.program import Program

HELP = "check a program for mistakes and show what it can cost at worst"
REFUSALS = (UnreadableFile,)


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("program", type=Path, metavar="PROGRAM.json")


def execute(arguments: argparse.Namespace) -> int:
    """Prints the report. Returns 1 if an error prevents publishing the program, otherwise 0."""
    try:
        program = read_program(arguments.program)
    except InvalidProgram as invalid:
        print(f"grapevine: {invalid}", file=sys.stderr)
        return 1
    findings = lint(program)
    _print_report(program, findings, sys.stdout)
    return 1 if has_errors(findings) else 0


def _print_report(program: Program, findings: list[Finding], target: TextIO) -> None:
    title = f"{program.name} ({program.id}), amounts in {program.currency}"
    target.write(f"{title}\n\n{_format_worst_cases(program)}\n")
    for finding in findings:
        target.write(_format_finding(finding, program.currency))
    errors = sum(finding.severity == "error" for finding in findings)
    target.write(f"{errors} errors, {len(findings) - errors} warnings\n")


def _format_worst_cases(program: Program) -> str:
    """A table of worst cases: orders of 10, 100, 1,000 and very many currency units, each with an
    advocate of the best group on every level.
    """
    unit = 10 ** minor_digits(program.currency)
    orders = [worst_order(program, unit * 10**power) for power in range(1, 4)]
    orders.append(worst_order(program, large_order(program)))
    if program.friend.discount:
        orders.append(discounted_order(program, large_order(program)))
    rows = [_format_amounts(order, program.currency) for order in orders]
    return format_table(("Worst case: items", "discount", "kept", "rewards"), rows)


def _format_amounts(order: WorstOrder, currency: str) -> list[str]:
    amounts = (order.items_total, order.discount, order.kept, order.total)
    return [format_money(amount, currency) for amount in amounts]


def _format_finding(finding: Finding, currency: str) -> str:
    lines = [f"{finding.severity}: {finding.code} at {finding.field}", f"  {finding.text}"]
    if finding.example:
        items, discount, kept, total = _format_amounts(finding.example, currency)
        rewards = [
            f"{who} {format_money(amount, currency)}" for who, _, amount in finding.example.rewards
        ]
        lines.append(
            f"  for example: items {items}, discount {discount}, kept {kept};"
            f" rewards {', '.join(rewards) or 'none'}; together {total}"
        )
    return "\n".join(lines) + "\n\n"

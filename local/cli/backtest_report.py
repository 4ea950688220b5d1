"""A backtest for people: sums, months, groups, the best advocates, what each rule did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.backtest.backtest import Backtest
from shared.backtest.rule_effects import GroupSums, RuleEffects
from shared.domain.money import PERCENT, minor_digits, percent_text
from shared.domain.programs.program import Program

TOP = 10
MONTH_COLUMNS = (
    "orders",
    "kept",
    "rewards",
    "earned",
    "clawed_back",
    "forfeited",
    "redeemed",
    "returned",
    "refusals",
)
COUNTS = ("orders", "refusals")
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class BacktestRun:
    """One program's backtest with all that the report looks at."""

    program: Program
    backtest: Backtest
    effects: RuleEffects
    groups: GroupSums


def money(amount: int, currency: str) -> str:
    """`1,234.50`, without the currency."""
    digits = minor_digits(currency)
    sign, amount = ("-" if amount < 0 else ""), abs(amount)
    whole, fraction = divmod(amount, 10**digits)
    return f"{sign}{whole:,}" + (f".{fraction:0{digits}d}" if digits else "")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as they need, the first to the left, the others to the right."""
    rows = [heads, *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = []
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join([row[0].ljust(widths[0]), *cells[1:]]).rstrip())
    return "\n".join(lines) + "\n"


def report(run: BacktestRun) -> str:
    """The whole report of one program."""
    parts = [_heading(run), _totals(run), _by_month(run)]
    if run.program.groups:
        parts.append(_by_group(run))
    parts += [_top(run), _distribution(run), _rules(run), _skipped(run)]
    return "\n".join(part for part in parts if part) + "\n"


def _heading(run: BacktestRun) -> str:
    title = f"{run.program.name} ({run.program.id}), amounts in {run.program.currency}"
    return f"{title}\n{'=' * len(title)}\n"


def figures(run: BacktestRun) -> dict[str, str]:
    """The sums of one program, by their names."""
    totals, currency = run.backtest.months.totals(), run.program.currency
    members = run.backtest.members.by_id.values()
    share = (
        f"{percent_text(totals['rewards'] * PERCENT // totals['kept'])} %"
        if totals["kept"] > 0 <= totals["rewards"]
        else "-"
    )
    return {
        "orders": f"{totals['orders']:,}",
        "kept": money(totals["kept"], currency),
        "rewards": money(totals["rewards"], currency),
        "rewards of kept": share,
        "refusals": f"{totals['refusals']:,}",
        "members": f"{len(members):,}",
        "members who earned": f"{sum(member.earned > 0 for member in members):,}",
        "in debt": f"{sum(member.balance < 0 for member in members):,}",
    }


def _totals(run: BacktestRun) -> str:
    return table(("Totals", ""), figures(run).items())


def _by_month(run: BacktestRun) -> str:
    currency = run.program.currency
    columns = (
        MONTH_COLUMNS
        if run.program.wallet.expires_after_days is None
        else (*MONTH_COLUMNS, "expired")
    )
    rows = (
        [
            month,
            *(
                f"{row[name]:,}" if name in COUNTS else money(row[name], currency)
                for name in columns
            ),
        ]
        for month, row in run.backtest.months.by_month().items()
    )
    return table(("Month", *columns), rows)


def _by_group(run: BacktestRun) -> str:
    names = {group.id: group.name for group in run.program.groups}
    rows = (
        [
            names.get(group, "(no group)"),
            f"{run.groups.counts[group]:,}",
            money(reward, run.program.currency),
        ]
        for group, reward in run.groups.amounts.most_common()
    )
    return table(("Group", "rewards", "amount"), rows)


def _top(run: BacktestRun) -> str:
    """The advocates whose friends bought most, by what they earned net."""
    advocates = [member for member in run.backtest.members.by_id.values() if member.is_advocate]
    best = sorted(
        advocates,
        key=lambda member: (member.forfeited + member.clawed_back - member.earned, member.member),
    )[:TOP]
    currency = run.program.currency
    rows = (
        [
            member.member,
            money(member.earned - member.clawed_back - member.forfeited, currency),
            money(member.volume, currency),
        ]
        for member in best
    )
    return table((f"Top {TOP} advocates", "rewards", "volume"), rows)


def _distribution(run: BacktestRun) -> str:
    """How many members earned how much, in steps of 1, 2, 5."""
    earned = [
        member.earned - member.clawed_back - member.forfeited
        for member in run.backtest.members.by_id.values()
    ]
    bounds = [0, *_bounds(max(earned, default=0), 10 ** minor_digits(run.program.currency))]
    rows, below = [], -1
    for bound in bounds:
        count = sum(below < amount <= bound for amount in earned)
        if count:
            rows.append(
                [
                    "nothing" if bound == 0 else f"up to {money(bound, run.program.currency)}",
                    f"{count:,}",
                ]
            )
        below = bound
    return table(("Members who earned", "members"), rows)


def _bounds(most: int, unit: int) -> list[int]:
    bounds, size = [], unit
    while not bounds or bounds[-1] < most:
        bounds += [step * size for step in STEPS]
        size *= 10
    return bounds


def _rules(run: BacktestRun) -> str:
    amounts = run.effects.amounts
    if not amounts:
        return ""
    rows = (
        [
            rule,
            f"{run.effects.counts[rule]:,}",
            f"{'cost' if effect > 0 else 'saved'} {money(abs(effect), run.program.currency)}",
        ]
        for rule, effect in sorted(amounts.items(), key=lambda item: item[1])
    )
    return table(("Rule", "rewards touched", "effect"), rows)


def _skipped(run: BacktestRun) -> str:
    rows = [
        [reason, f"{count:,}"] for reason, count in sorted(run.backtest.skipped.items()) if count
    ]
    return table(("Skipped", "lines"), rows) if rows else ""


def compared(runs: Sequence[BacktestRun]) -> str:
    """Several programs side by side."""
    columns = [figures(run) for run in runs]
    heads = ("Side by side", *(f"{run.program.name} ({run.program.currency})" for run in runs))
    return table(heads, ([name, *(column[name] for column in columns)] for name in columns[0]))

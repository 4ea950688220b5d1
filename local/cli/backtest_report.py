"""The text report of a backtest: totals, months, groups, the best advocates, and what each rule
cost or saved.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from local.cli.tables import format_money, format_table
from shared.backtest.backtest import Backtest
from shared.backtest.rule_effects import GroupSums, RuleEffects
from shared.backtest.state import BacktestMember, BacktestOrder
from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.money import PERCENT, minor_digits, percent_text
from shared.domain.orders.daily_rates import NO_RATES, DailyRates
from shared.domain.programs.program import Program

BEST_ADVOCATES = 10
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
    """The backtest of one program, and the sums that the report needs from its final orders."""

    program: Program
    backtest: Backtest
    effects: RuleEffects
    groups: GroupSums

    @property
    def members(self) -> list[BacktestMember]:
        return list(self.backtest.members.by_id.values())

    def format_money(self, amount: int) -> str:
        return format_money(amount, self.program.currency)


def start_run(program: Program, rates: DailyRates = NO_RATES) -> BacktestRun:
    effects, groups = RuleEffects(program), GroupSums()

    def add_order(order: BacktestOrder) -> None:
        if order.outcome is not None and isinstance(order.posted, FrozenOrder):
            effects.add_order(order.facts, order.posted.terms, order.outcome)
            if program.groups:
                groups.add_order(order.posted)

    return BacktestRun(program, Backtest(program, add_order, rates), effects, groups)


def format_report(run: BacktestRun) -> str:
    """The report of one program; its backtest must be finished."""
    parts = [_format_heading(run), _format_totals(run), _format_months(run)]
    if run.program.groups:
        parts.append(_format_groups(run))
    parts += [_format_best(run), _format_distribution(run), _format_rules(run)]
    parts.append(_format_skipped(run))
    return "\n".join(part for part in parts if part) + "\n"


def format_comparison(runs: Sequence[BacktestRun]) -> str:
    """A table with the totals of several programs side by side."""
    columns = [_list_totals(run) for run in runs]
    heads = ("Side by side", *(f"{run.program.name} ({run.program.currency})" for run in runs))
    rows = ([name, *(column[name] for column in columns)] for name in columns[0])
    return format_table(heads, rows)


def _format_heading(run: BacktestRun) -> str:
    title = f"{run.program.name} ({run.program.id}), amounts in {run.program.currency}"
    return f"{title}\n{'=' * len(title)}\n"


def _list_totals(run: BacktestRun) -> dict[str, str]:
    """The formatted totals of one program, by the names that the report shows."""
    totals, members = run.backtest.months.totals(), run.members
    return {
        "orders": f"{totals['orders']:,}",
        "kept": run.format_money(totals["kept"]),
        "rewards": run.format_money(totals["rewards"]),
        "rewards of kept": _format_share(totals["rewards"], totals["kept"]),
        "refusals": f"{totals['refusals']:,}",
        "members": f"{len(members):,}",
        "members who earned": f"{sum(member.earned > 0 for member in members):,}",
        "in debt": f"{sum(member.balance < 0 for member in members):,}",
    }


def _format_share(rewards: int, kept: int) -> str:
    """Rewards in percent of what was kept; a dash if nothing was kept or the rewards are negative."""
    if kept <= 0 or rewards < 0:
        return "-"
    return f"{percent_text(rewards * PERCENT // kept)} %"


def _format_totals(run: BacktestRun) -> str:
    return format_table(("Totals", ""), list(_list_totals(run).items()))


def _format_months(run: BacktestRun) -> str:
    expires = run.program.wallet.expires_after_days is not None
    columns = (*MONTH_COLUMNS, "expired") if expires else MONTH_COLUMNS
    rows = []
    for month, sums in run.backtest.months.by_month().items():
        cells = [
            f"{sums[name]:,}" if name in COUNTS else run.format_money(sums[name])
            for name in columns
        ]
        rows.append([month, *cells])
    return format_table(("Month", *columns), rows)


def _format_groups(run: BacktestRun) -> str:
    names = {group.id: group.name for group in run.program.groups}
    rows = (
        [names.get(group, "(no group)"), f"{run.groups.counts[group]:,}", run.format_money(amount)]
        for group, amount in run.groups.amounts.most_common()
    )
    return format_table(("Group", "rewards", "amount"), rows)


def _format_best(run: BacktestRun) -> str:
    """A table of the advocates with the highest net rewards."""
    advocates = [member for member in run.members if member.is_advocate]
    best = sorted(advocates, key=lambda member: (-member.net_rewards, member.member))
    rows = (
        [member.member, run.format_money(member.net_rewards), run.format_money(member.volume)]
        for member in best[:BEST_ADVOCATES]
    )
    return format_table((f"Top {BEST_ADVOCATES} advocates", "rewards", "volume"), rows)


def _format_distribution(run: BacktestRun) -> str:
    """A table that counts members by their net rewards: nothing, up to 1, up to 2, up to 5, up to
    10, ...
    """
    amounts = [member.net_rewards for member in run.members]
    unit = 10 ** minor_digits(run.program.currency)
    rows, below = [], -1
    for bound in [0, *_list_bounds(max(amounts, default=0), unit)]:
        count = sum(below < amount <= bound for amount in amounts)
        if count:
            name = "nothing" if bound == 0 else f"up to {run.format_money(bound)}"
            rows.append([name, f"{count:,}"])
        below = bound
    return format_table(("Members who earned", "members"), rows)


def _list_bounds(most: int, unit: int) -> list[int]:
    """1, 2, 5, 10, 20, 50, ... times `unit`; the last bound is at least `most`."""
    bounds: list[int] = []
    while not bounds or bounds[-1] < most:
        bounds += [step * unit for step in STEPS]
        unit *= 10
    return bounds


def _format_rules(run: BacktestRun) -> str:
    effects = run.effects
    if not effects.amounts:
        return ""
    rows = (
        [
            rule,
            f"{effects.counts[rule]:,}",
            f"{'cost' if amount > 0 else 'saved'} {run.format_money(abs(amount))}",
        ]
        for rule, amount in sorted(effects.amounts.items(), key=lambda item: item[1])
    )
    return format_table(("Rule", "rewards touched", "effect"), rows)


def _format_skipped(run: BacktestRun) -> str:
    skipped = sorted(run.backtest.skipped.items())
    rows = [[reason, f"{count:,}"] for reason, count in skipped if count]
    return format_table(("Skipped", "lines"), rows) if rows else ""

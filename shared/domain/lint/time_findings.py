"""Lint: finds times in a program that contradict one another (specification: lint)."""

from collections.abc import Iterator

from shared.domain.lint.finding import WARNING, Finding
from shared.domain.programs.program import Program


def check_times(program: Program) -> Iterator[Finding]:
    yield from _check_notice(program)
    yield from _check_limit(program)


def _check_notice(program: Program) -> Iterator[Finding]:
    """Finds an expiry notice that would be sent before the credit can be spent."""
    expires, notice = program.wallet.expires_after_days, program.wallet.expiry_notice_days
    if expires is not None and notice is not None and notice >= expires:
        text = (
            f"credit expires after {expires} days, and the reminder {notice} days before would "
            "be sent as soon as the credit is available; set fewer days, or null for no email"
        )
        yield Finding(WARNING, "notice_before_credit", "wallet.expiry_notice_days", text)


def _check_limit(program: Program) -> Iterator[Finding]:
    """Finds a limit whose whole period lies outside the time in which the program is active."""
    limit, active = program.rules.max_per_advocate, program.active
    if limit is None:
        return
    ends_before = limit.until and active.since and limit.until <= active.since
    begins_after = limit.since and active.until and active.until <= limit.since
    if ends_before or begins_after:
        text = "no order earns in the time of this limit, because the program is not active then"
        yield Finding(WARNING, "limit_while_inactive", "rules.max_per_advocate", text)

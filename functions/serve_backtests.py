"""POST /v1/backtests: what a program would have done in a shop's past (specification: backtest).

It uses the same decisions that post money, and writes nothing. Of the tables it reads only the
exchange rates of the owner.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.backtest.history import HistoryEvent, OrderSeen, parse_event, parse_line
from shared.backtest.result import run_backtest
from shared.domain.document import FieldError, InvalidDocument, SourceDocument
from shared.domain.programs.program import Program
from shared.domain.programs.program_document import parse_program
from shared.orders.daily_rates import read_rates_for

LARGEST_HISTORY = 4 * 1024 * 1024
handler = Api()


@handler.route("POST /v1/backtests", LARGEST_HISTORY)
def backtest(request: Request) -> Answer:
    program, history = _parse_body(request.body())
    events = list(parse_history(history))
    orders = (event.order for event in events if isinstance(event, OrderSeen))
    return Answer(run_backtest(program, events, read_rates_for(orders, program)))


def _parse_body(body: Mapping[str, object]) -> tuple[Program, str | list[object]]:
    """The program and the history. The events of the history are not parsed yet."""
    source = SourceDocument(body)
    history = body.get("history")
    if not isinstance(history, list | str):
        source.fault(
            "history", "must be a list of events, or the lines of a history file as one string"
        )
        history = ""
    source.refuse_unknown(("program", "history"))
    source.finish()
    try:
        return parse_program(body.get("program")), history
    except InvalidDocument as invalid:
        raise _within("program", invalid) from None


def parse_history(history: str | list[object]) -> Iterator[HistoryEvent]:
    """The events of a history. Raises `InvalidDocument` with the place of a faulty event."""
    if isinstance(history, str):
        yield from _parse_each(parse_line, [line for line in history.splitlines() if line.strip()])
    else:
        yield from _parse_each(parse_event, history)


def _parse_each[L](
    parse: Callable[[L], HistoryEvent], lines: Sequence[L]
) -> Iterator[HistoryEvent]:
    for place, line in enumerate(lines):
        try:
            yield parse(line)
        except InvalidDocument as invalid:
            raise _within(f"history[{place}]", invalid) from None


def _within(path: str, invalid: InvalidDocument) -> InvalidDocument:
    """The same faults, with the names of their fields in the whole body."""
    return InvalidDocument(
        [
            FieldError(f"{path}.{fault.field}" if fault.field else path, fault.message)
            for fault in invalid.faults
        ]
    )

"""POST /v1/backtests: what a program would have done in a shop's past, by the engine that posts money; nothing is written."""

from collections.abc import Iterator

from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.backtest.engine import run
from shared.backtest.history import Event, parse_event, parse_line
from shared.domain.document import Document, FieldError, InvalidDocument
from shared.domain.programs.program import Program
from shared.domain.programs.program_document import parse_program

LARGEST_HISTORY = 5 * 1024 * 1024
handler = Api()


@handler.route("POST /v1/backtests", LARGEST_HISTORY)
def backtest(request: Request) -> Answer:
    source = Document(request.body())
    program, history = source.value.get("program"), source.value.get("history")
    source.read |= {"program", "history"}
    if not isinstance(history, list | str):
        source.fault(
            "history", "must be a list of events, or the lines of a history file as one text"
        )
    source.refuse_unknown()
    source.finish()

    return Answer(run(_program(program), events(history)))


def _program(document: object) -> Program:
    try:
        return parse_program(document)
    except InvalidDocument as invalid:
        raise _within("program", invalid) from None


def events(history: list | str) -> Iterator[Event]:
    """Each event of a history; raises `InvalidDocument` naming the line."""
    lines = (
        [line for line in history.splitlines() if line.strip()]
        if isinstance(history, str)
        else history
    )
    parse = parse_line if isinstance(history, str) else parse_event
    for place, line in enumerate(lines):
        try:
            yield parse(line)
        except InvalidDocument as invalid:
            raise _within(f"history[{place}]", invalid) from None


def _within(path: str, invalid: InvalidDocument) -> InvalidDocument:
    """The same faults, by the fields of the whole body."""
    return InvalidDocument(
        [
            FieldError(f"{path}.{fault.field}" if fault.field else path, fault.message)
            for fault in invalid.faults
        ]
    )

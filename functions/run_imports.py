"""Applies imports page by page, and tries parked orders again after a load of exchange rates. The
records of the imports queue are the jobs.
"""

from typing import TYPE_CHECKING

from shared.imports.pages import run_page
from shared.imports.parked_orders import try_page
from shared.invocation import Event, lambda_handler
from shared.jobs.job import IMPORTS, EvaluateParked, ImportJob
from shared.records import handle_records

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse


@lambda_handler
def handler(event: Event) -> "PartialItemFailureResponse":
    """Applies the pages of the records one after the other, because each page applies its rows in
    parallel. Returns the records that failed, which are delivered again.
    """
    return handle_records(event, lambda record: _run(IMPORTS.parse(record["body"])), in_turn=True)


def _run(job: ImportJob) -> None:
    if isinstance(job, EvaluateParked):
        try_page(job)
    else:
        run_page(job)

"""/v1/imports, /v1/exchange-rates: starts an import of a shop's past, and shows its progress; loads and
shows the table of daily rates.
"""

from shared.api.http import Answer, Api
from shared.api.idempotency import idempotent
from shared.api.request import Request
from shared.api.staff_actions import staff_action_of
from shared.imports.answer import import_answer
from shared.imports.exchange_rates import LARGEST_RATES, RATES_FORM, load_rates, read_rates
from shared.imports.rates_answer import loaded_answer, table_answer
from shared.imports.request import IMPORT_FORM, begin_import, rows_of
from shared.problem import NotFound
from shared.store.attributions.links import load_program
from shared.store.programs.daily_rates import find_retry, read_whole_table
from shared.store.programs.imports import find_import, list_refusals
from shared.store.programs.owner_settings import find_settings

handler = Api()


@handler.route("POST /v1/imports")
@idempotent
def post_import(request: Request) -> Answer:
    form = IMPORT_FORM.parse(request.body())
    rows = rows_of(form)

    run = begin_import(form, rows, staff_action_of(request, "import"))

    return Answer(import_answer(run), 202)


@handler.route("GET /v1/imports/{id}")
def get_import(request: Request) -> Answer:
    run = find_import(request.path_id())
    if run is None:
        raise NotFound("unknown_import", "No import has this id. Start one with POST /v1/imports.")
    return Answer(import_answer(run, list_refusals(run.id)))


@handler.route("PUT /v1/exchange-rates", LARGEST_RATES)
def put_exchange_rates(request: Request) -> Answer:
    form, program = RATES_FORM.parse(request.body()), load_program()
    table = read_rates(form, program, request.now)

    loaded = load_rates(table, program, staff_action_of(request, "rates_loaded"))

    return Answer(loaded_answer(program.currency, table, loaded))


@handler.route("GET /v1/exchange-rates")
def get_exchange_rates(request: Request) -> Answer:
    target, in_use = load_program().currency, find_settings().settings.daily_rates
    retry, table = find_retry(target), read_whole_table(target)
    return Answer(table_answer(table, target, retry, request.query("currency"), in_use=in_use))

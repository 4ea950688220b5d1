"""/console/imports…, /console/settings/rates…: staff looks at a file of the shop's past or of exchange
rates, takes it in, and sees the result.
"""

from shared.api.http import Answer
from shared.console.imports import (
    KINDS_SHOWN,
    MOST_SHOWN,
    MOST_TEXT,
    preview_import,
    read_import_form,
    refused_parts,
)
from shared.console.rates import allow_table, preview_rates, read_rates_form
from shared.console.roles import LOOK, OWN, STEER
from shared.console.site import Console, ConsoleRequest
from shared.imports.exchange_rates import MOST_DAYS, MOST_RATES, load_rates
from shared.imports.request import MOST_ROWS, begin_import, rows_of
from shared.problem import NotFound
from shared.store.attributions.links import load_program
from shared.store.programs.daily_rates import find_retry, read_whole_table
from shared.store.programs.imports import find_import, list_imports, list_refusals
from shared.store.programs.owner_settings import find_settings

IMPORTS, PREVIEW = "/console/imports", "/console/imports/preview"
RATES = "/console/settings/rates"
RATES_PAGE = f"GET {RATES}"
LARGEST_FORM = 1024 * 1024
"""Bytes of a form with a table of `MOST_TEXT` characters, including the percent-encoding."""
MOST_IMPORTS = 20
handler = Console()


@handler.page("GET /console/imports", STEER)
def get_imports(request: ConsoleRequest) -> Answer:
    return request.page(
        "imports.html",
        kinds=KINDS_SHOWN,
        imports=list_imports(MOST_IMPORTS),
        most_kib=MOST_TEXT // 1024,
        most_rows=MOST_ROWS,
    )


@handler.page("POST /console/imports/preview", STEER, form_on="GET /console/imports")
def post_preview(request: ConsoleRequest) -> Answer:
    form = read_import_form(request.http.form())
    return request.page(
        "import_preview.html", form=form, preview=preview_import(form), most=MOST_SHOWN
    )


@handler.page("POST /console/imports", STEER, form_on="GET /console/imports")
def post_import(request: ConsoleRequest) -> Answer:
    form = read_import_form(request.http.form())
    run = begin_import(form, rows_of(form), request.action("import"))
    return request.redirect(f"{IMPORTS}/{run.id}")


@handler.page("GET /console/imports/{id}", STEER)
def get_import(request: ConsoleRequest) -> Answer:
    run = find_import(request.http.path_id())
    if run is None:
        raise NotFound("unknown_import", "No import has this id. See the Imports page.")
    return request.page("import_run.html", run=run, refused=_refused(run.id))


def _refused(import_id: str) -> list[tuple[int, str, str]]:
    return [(number, *refused_parts(reason)) for number, reason in list_refusals(import_id)]


@handler.page("GET /console/settings/rates", LOOK)
def get_rates(request: ConsoleRequest) -> Answer:
    currency = load_program().currency
    return request.page(
        "rates.html",
        version=find_settings(),
        currency=currency,
        table=read_whole_table(currency).rates,
        retry=find_retry(currency),
        most_kib=MOST_TEXT // 1024,
        most_rates=MOST_RATES,
        most_days=MOST_DAYS,
    )


@handler.page("POST /console/settings/rates/preview", STEER, form_on=RATES_PAGE)
def post_rates_preview(request: ConsoleRequest) -> Answer:
    text, preview = preview_rates(request.http.form(), load_program(), request.http.now)
    return request.page("rates_preview.html", text=text, preview=preview, most=MOST_SHOWN)


@handler.page("POST /console/settings/rates", STEER, form_on=RATES_PAGE)
def post_rates(request: ConsoleRequest) -> Answer:
    program = load_program()
    _, table = read_rates_form(request.http.form(), program, request.http.now)
    load_rates(table, program, request.action("rates_loaded"))
    return request.redirect(RATES, "rates_loaded")


@handler.page("POST /console/settings/rates/use", OWN, form_on=RATES_PAGE)
def post_use_of_rates(request: ConsoleRequest) -> Answer:
    reason = request.reason(required=False)
    action = request.action("settings_changed", reason)
    allow_table(request.http.form(), load_program(), action)
    return request.redirect(RATES, "saved")


handler.largest |= {
    f"POST {path}": LARGEST_FORM for path in (IMPORTS, PREVIEW, RATES, f"{RATES}/preview")
}

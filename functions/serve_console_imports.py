"""/console/imports…: staff looks at a file of the shop's past, imports it, and sees the result."""

from shared.api.http import Answer
from shared.console.imports import (
    KINDS_SHOWN,
    MOST_SHOWN,
    MOST_TEXT,
    preview_import,
    read_import_form,
    refused_parts,
)
from shared.console.roles import STEER
from shared.console.site import Console, ConsoleRequest
from shared.imports.request import MOST_ROWS, begin_import, rows_of
from shared.problem import NotFound
from shared.store.programs.imports import find_import, list_imports, list_refusals

IMPORTS, PREVIEW = "/console/imports", "/console/imports/preview"
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


handler.largest |= {"POST /console/imports": LARGEST_FORM, f"POST {PREVIEW}": LARGEST_FORM}

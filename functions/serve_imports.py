"""/v1/imports: starts an import of a shop's past, and shows its progress."""

from shared.api.http import Answer, Api
from shared.api.idempotency import idempotent
from shared.api.request import Request
from shared.api.staff_actions import staff_action_of
from shared.imports.answer import import_answer
from shared.imports.request import IMPORT_FORM, begin_import, rows_of
from shared.problem import NotFound
from shared.store.programs.imports import find_import, list_refusals

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

"""/v1/journal: the books of a period, for the shop's accounting."""

from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.journal.answer import answer_journal

handler = Api()


@handler.route("GET /v1/journal")
def get_journal(request: Request) -> Answer:
    return answer_journal(request)

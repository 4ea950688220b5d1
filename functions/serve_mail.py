"""POST /v1/members/{id}/mail-balance: the current balance by e-mail."""

from shared.api.http import Answer, Api, Request
from shared.api.idempotency import idempotent
from shared.mail.delivery import ask_balance

handler = Api()


@handler.route("POST /v1/members/{id}/mail-balance")
@idempotent
def mail_balance(request: Request) -> Answer:
    ask_balance(request.path_id(), request.now)
    return Answer({"state": "asked"}, 202)

"""POST /v1/members/{id}/mail-balance: send the member their current balance by e-mail."""

from shared.api.http import Answer, Api
from shared.api.idempotency import idempotent
from shared.api.request import Request
from shared.mail.balance import request_balance_mail

handler = Api()


@handler.route("POST /v1/members/{id}/mail-balance")
@idempotent
def mail_balance(request: Request) -> Answer:
    request_balance_mail(request.path_id(), request.now)
    return Answer({"state": "asked"}, 202)

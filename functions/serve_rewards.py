"""/rewards…: what an advocate owns and why, whom they brought, what they share; in a browser, and as the widget of the shop's pages."""

import segno

from shared.api.access import bearer
from shared.api.http import Answer
from shared.api.request import Request
from shared.domain.rewards.offer import offer_document
from shared.language import language_of
from shared.members.profile import Profile, credit_at
from shared.pages.site import page_answer, refuse_other_sites, shop_name
from shared.pages.svg_bars import lay_out_bars
from shared.portal.friends import friends_of
from shared.portal.lines import by_date, invitation, ladder, line_of, lines_of, link
from shared.portal.site import (
    Portal,
    bearing,
    language_for,
    mailed,
    portal_page,
    reader,
    session_cookie,
    signed_in,
    signed_out,
)
from shared.portal.statements import statement_in, statements_in
from shared.problem import NotFound
from shared.settings import ShopSettings
from shared.store.ledger import accounts
from shared.words import SENTENCES, said

LATEST, ROWS = 5, 20
handler = Portal()


@handler.route("GET /rewards")
def get_overview(request: Request) -> Answer:
    token = request.query("token")
    if token is None:
        return _overview(request, reader(request))
    found = bearing(token, request)
    if request.header("sec-fetch-dest") == "document":
        return signed_in(found.member.id, request)
    return _overview(request, found, (session_cookie(found.member.id, request),))


@handler.route("GET /rewards/history")
def get_history(request: Request) -> Answer:
    asked, found = request.page(ROWS), reader(request)
    rows, last = accounts.latest_entries(
        found.member.id, found.program.currency, asked.limit, asked.after
    )
    lines = lines_of(rows, found, language_for(found, request), request.now)
    return portal_page(
        request, "history", found, newest=not asked.after, **asked.listing(lines, last)
    )


@handler.route("GET /rewards/friends")
def get_friends(request: Request) -> Answer:
    asked, found = request.page(ROWS), reader(request)
    rows, last = friends_of(found.member.id, found.program.currency, asked.limit, asked.after)
    language = language_for(found, request)
    refusals = {
        row.state: said(SENTENCES[row.state], language) for row in rows if row.state in SENTENCES
    }
    told = {"invitation": invitation(found.member), "program": found.program, "refusals": refusals}
    return portal_page(request, "friends", found, **told, **asked.listing(rows, last))


@handler.route("GET /rewards/statements")
def get_statements(request: Request) -> Answer:
    asked, found = request.page(ROWS), reader(request)
    rows, last = statements_in(found, asked.limit, asked.after)
    return portal_page(request, "statements", found, **asked.listing(rows, last))


@handler.route("GET /rewards/statements/{month}")
def get_statement(request: Request) -> Answer:
    month, found = request.path_month(), reader(request)
    statement = statement_in(found, month, request.query("currency"))
    lines = [line_of(row, language_for(found, request), request.now) for row in statement["lines"]]
    return portal_page(request, "statement", found, statement=statement, lines=lines)


@handler.route("GET /rewards/code.svg")
def get_code(request: Request) -> Answer:
    drawn = _qr(reader(request))
    if drawn is None:
        raise NotFound("no_code", "There is nothing to share at the moment.")
    return Answer(
        drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1),
        content_type="image/svg+xml",
    )


@handler.route("GET /rewards/widget")
def get_widget(request: Request) -> Answer:
    found = bearing(bearer(request.header("authorization")), request)
    language = language_of(request.query("language"), request.header("accept-language"))
    return page_answer(
        "portal/widget.html",
        language,
        base=ShopSettings.load().base_url,
        zone=found.program.time_zone,
        **_standing(found, request),
    )


@handler.route("GET /rewards/enter")
def get_enter(request: Request) -> Answer:
    """A link in a mail opens nothing by itself: what scans mails follows links too."""
    ticket = request.query("ticket") or ""
    return page_answer(
        "portal/enter.html",
        language_for(mailed(ticket, request), request),
        ticket=ticket,
        shop=shop_name(),
    )


@handler.route("POST /rewards/enter")
def post_enter(request: Request) -> Answer:
    refuse_other_sites(request)
    return signed_in(mailed(request.form().get("ticket", ""), request).member.id, request)


@handler.route("POST /rewards/sign-out")
def post_sign_out(request: Request) -> Answer:
    refuse_other_sites(request)
    return signed_out("/rewards")


def _overview(request: Request, found: Profile, cookies: tuple[str, ...] = ()) -> Answer:
    rows, _ = accounts.latest_entries(found.member.id, found.program.currency, LATEST)
    lines = lines_of(rows, found, language_for(found, request), request.now)
    return portal_page(
        request, "overview", found, cookies, lines=lines, qr=_qr(found), **_standing(found, request)
    )


def _standing(found: Profile, request: Request) -> dict:
    """What overview and widget have in common."""
    available, waiting = credit_at(found.account, request.now)
    dated = by_date(waiting)
    return {
        "available": available,
        "currency": found.program.currency,
        "hold_days": found.program.hold_days,
        "drawing": lay_out_bars([amount for _, amount in dated]),
        "held": found.account.held(request.now),
        "invitation": invitation(found.member),
        "ladder": ladder(found.program, found.member, found.account),
        "link": link(found.member),
        "offer": offer_document(found.program),
        "waiting": dated,
    }


def _qr(found: Profile) -> str | None:
    """The invitation for a camera: dark on light in any colour scheme, or cameras miss it."""
    address = invitation(found.member)
    if address is None:
        return None
    return segno.make(address, error="m", micro=False).svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr"
    )

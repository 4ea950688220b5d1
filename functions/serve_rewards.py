"""/rewards…: an advocate's credit with its reasons, their friends, and what they share.

Serves our own pages and the widget on the shop's pages.
"""

import io
from typing import Any

import segno

from shared.api.access import bearer
from shared.api.http import Answer
from shared.api.request import Request
from shared.domain.rewards.offer import offer_document
from shared.language import language_of
from shared.members.profile import Profile, credit_at
from shared.owner_settings import offered_languages, shop_name
from shared.pages.site import page_answer, refuse_other_sites
from shared.pages.svg_bars import lay_out_bars
from shared.portal.credit import load_credit_use
from shared.portal.friends import list_friend_progress
from shared.portal.history import build_history_line, load_history_lines
from shared.portal.overview import invitation_url, link_url, measure_progress, sort_by_date
from shared.portal.sharing import share_links
from shared.portal.site import (
    LEAVE,
    OVERVIEW,
    Portal,
    Reader,
    language_for,
    leave,
    load_mailed_reader,
    load_reader,
    load_session_reader,
    open_address,
    portal_page,
    sign_in,
)
from shared.portal.statements import load_statement, load_statement_page
from shared.problem import NotFound
from shared.settings import ShopSettings
from shared.store.ledger import accounts
from shared.words import SENTENCES, translate

LATEST, ROWS = 5, 20
"""Entries on the overview, and lines on one page of a list."""
QUIET_MODULES, DOTS_A_MODULE = 4, 16
"""The white frame of a QR code, and the size of one of its squares in the PNG, in pixels."""
handler = Portal()


@handler.route("GET /rewards")
def get_overview(request: Request) -> Answer:
    token = request.query("token")
    if token is None:
        return _overview(request, load_reader(request))
    reader, cookie = open_address(token, request)
    if request.header("sec-fetch-dest") == "document":
        return Answer(None, 303, {"location": OVERVIEW}, (cookie,))
    return _overview(request, reader, (cookie,))


@handler.route("GET /rewards/history")
def get_history(request: Request) -> Answer:
    page, reader = request.page(ROWS), load_reader(request)
    profile = reader.profile
    entries, last = accounts.list_latest_entries(
        profile.member.id, profile.program.currency, page.limit, page.after
    )
    lines = load_history_lines(entries, profile, language_for(profile, request), request.now)
    listing: dict[str, Any] = page.listing(lines, last)
    return portal_page(request, "history", reader, newest=not page.after, **listing)


@handler.route("GET /rewards/friends")
def get_friends(request: Request) -> Answer:
    page, reader = request.page(ROWS), load_reader(request)
    profile, program = reader.profile, reader.profile.program
    friends, last = list_friend_progress(
        profile.member.id, program.currency, program.friends_shown_as, page.limit, page.after
    )
    language = language_for(profile, request)
    listing: dict[str, Any] = page.listing(friends, last)
    return portal_page(
        request,
        "friends",
        reader,
        invitation=invitation_url(profile.member),
        program=program,
        refusals={
            friend.state: translate(SENTENCES[friend.state], language)
            for friend in friends
            if friend.state in SENTENCES
        },
        **listing,
    )


@handler.route("GET /rewards/statements")
def get_statements(request: Request) -> Answer:
    page, reader = request.page(ROWS), load_reader(request)
    profile = reader.profile
    statements, last = load_statement_page(profile, page.limit, page.after)
    listing: dict[str, Any] = page.listing(statements, last)
    return portal_page(request, "statements", reader, **listing)


@handler.route("GET /rewards/statements/{month}")
def get_statement(request: Request) -> Answer:
    month, reader = request.path_month(), load_reader(request)
    profile = reader.profile
    statement = load_statement(profile, month, request.query("currency"))
    language = language_for(profile, request)
    lines = [build_history_line(line, language, request.now) for line in statement["lines"]]
    return portal_page(request, "statement", reader, statement=statement, lines=lines)


@handler.route("GET /rewards/code.svg")
def get_code_drawing(request: Request) -> Answer:
    drawing = _draw_qr_code(_load_qr_code(request))
    return Answer(
        drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1),
        content_type="image/svg+xml",
    )


@handler.route("GET /rewards/code.png")
def get_code_picture(request: Request) -> Answer:
    picture = io.BytesIO()
    _load_qr_code(request).save(picture, kind="png", scale=DOTS_A_MODULE, border=QUIET_MODULES)
    return Answer(picture.getvalue(), content_type="image/png")


@handler.route("GET /rewards/widget")
def get_widget(request: Request) -> Answer:
    profile = load_session_reader(bearer(request.header("authorization")), request)
    language = language_of(
        request.query("language"), request.header("accept-language"), offered_languages()
    )
    return page_answer(
        "portal/widget.html",
        language,
        base=ShopSettings.load().base_url,
        member=profile.member,
        zone=profile.program.time_zone,
        **_credit_and_invitation(profile, request),
    )


@handler.route("GET /rewards/enter")
def get_enter(request: Request) -> Answer:
    """The link in a mail opens a page with a button, because software that scans mails follows
    links too.
    """
    ticket = request.query("ticket") or ""
    return page_answer(
        "portal/enter.html",
        language_for(load_mailed_reader(ticket, request), request),
        ticket=ticket,
        shop=shop_name(),
    )


@handler.route("POST /rewards/enter")
def post_enter(request: Request) -> Answer:
    refuse_other_sites(request)
    return sign_in(load_mailed_reader(request.form().get("ticket", ""), request).member.id, request)


@handler.route(LEAVE)
def post_sign_out(request: Request) -> Answer:
    refuse_other_sites(request)
    return leave(request)


def _overview(request: Request, reader: Reader, cookies: tuple[str, ...] = ()) -> Answer:
    profile = reader.profile
    entries, _ = accounts.list_latest_entries(profile.member.id, profile.program.currency, LATEST)
    return portal_page(
        request,
        "overview",
        reader,
        cookies,
        lines=load_history_lines(entries, profile, language_for(profile, request), request.now),
        qr=_draw_qr_code(qr_code) if (qr_code := _make_qr_code(profile)) else None,
        share_links=share_links,
        **_credit_and_invitation(profile, request),
    )


def _credit_and_invitation(profile: Profile, request: Request) -> dict[str, Any]:
    """Values for the templates of the overview and the widget."""
    available, pending = credit_at(profile.account, request.now)
    dated = sort_by_date(pending)
    return {
        "available": available,
        "credit": load_credit_use(profile, available, request.now),
        "currency": profile.program.currency,
        "hold_days": profile.program.hold_days,
        "drawing": lay_out_bars([amount for _, amount in dated]),
        "held": profile.account.held(request.now),
        "invitation": invitation_url(profile.member),
        "progress": measure_progress(profile.program, profile.member, profile.account),
        "link": link_url(profile.member),
        "offer": offer_document(profile.program, request.now),
        "waiting": dated,
    }


def _load_qr_code(request: Request) -> segno.QRCode:
    """The QR code of the reader's invitation. Raises `NotFound` if there is nothing to share."""
    qr_code = _make_qr_code(load_reader(request).profile)
    if qr_code is None:
        raise NotFound("no_code", "There is nothing to share at the moment.")
    return qr_code


def _make_qr_code(profile: Profile) -> segno.QRCode | None:
    """The address of the invitation as a QR code; `None` if the member has no code or is blocked."""
    address = invitation_url(profile.member)
    return segno.make(address, error="m", micro=False) if address else None


def _draw_qr_code(qr_code: segno.QRCode) -> str:
    """A QR code in SVG. It is dark on light in every colour scheme, because cameras cannot read
    other codes.
    """
    return qr_code.svg_inline(
        border=QUIET_MODULES, dark="#000", light="#fff", omitsize=True, svgclass="qr"
    )

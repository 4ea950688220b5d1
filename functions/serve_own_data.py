"""/rewards/settings and its forms: language, mails, export and erasure of the member's data.

Also the forms with which a member pays with credit, the form that mails a link to sign in, and
/join, where people become members by their e-mail address.
"""

from contextlib import suppress

from shared import secrets
from shared.api.files import file_headers, link_to_next
from shared.api.http import Answer
from shared.api.rate_limits import (
    BALANCE_MAIL,
    EXPORT,
    EXPORT_PARTS,
    JOIN_MAIL,
    SIGN_IN_MAIL,
    SIGN_IN_PER_IP,
    is_allowed,
    require_allowed,
)
from shared.api.request import Request
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.ledger.holds import HoldRefused
from shared.domain.members.email_address import is_email_address
from shared.domain.outgoing.mail import SIGN_IN, STATEMENT
from shared.domain.rewards.offer import offer_document
from shared.domain.shop_path import leads_to_shop
from shared.domain.staff_action import StaffAction
from shared.identity import address_hash
from shared.language import LANGUAGES
from shared.links.clicks import find_token
from shared.links.landing import landing_url
from shared.mail.balance import request_balance_mail
from shared.mail.joining import mail_ticket, require_mails
from shared.mail.links import UnsubscribeLink, sign_unsubscribe_token
from shared.mail.requests import enqueue_requested_mail
from shared.members.erasure import erase_member
from shared.members.export import export_own_part
from shared.members.joining import join, read_ticket
from shared.members.profile import Profile
from shared.members.registration import choose_language
from shared.owner_settings import shop_name
from shared.pages.site import language_cookie, page_answer, reader_language, refuse_other_sites
from shared.portal.joining import public_page
from shared.portal.site import (
    Portal,
    SignedOut,
    issue_session_cookie,
    load_member,
    load_reader,
    load_session_reader,
    portal_page,
    sign_in,
    sign_out,
)
from shared.problem import Conflict
from shared.settings import MailSettings, ShopSettings
from shared.store import keys
from shared.store.attributions.members import PointerItem
from shared.store.engine import find
from shared.store.programs.programs import DEFAULT, ProgramItem, active_program_of
from shared.store.reading import Reading
from shared.wallet.credit_codes import CodeRequest, find_open_code, give_back_code, request_code

OWN_PAGES, SETTINGS = "/rewards", "/rewards/settings"
DONE = ("balance", "language", "login", "no_mail")
"""The results of a form that the settings page can report afterwards."""
NOBODY = "nobody"
handler = Portal()


@handler.route("GET /rewards/settings")
def get_settings(request: Request) -> Answer:
    reader, done = load_reader(request), request.query("done")
    member = reader.profile.member
    token = sign_unsubscribe_token(secrets.pepper(), UnsubscribeLink(member.id, STATEMENT))
    gets_mail = MailSettings.load().mail_from and member.email
    return portal_page(
        request,
        "settings",
        reader,
        done=done if done in DONE else None,
        mails=gets_mail and f"/mail/unsubscribe?token={token}",
    )


@handler.route("POST /rewards/language")
def post_language(request: Request) -> Answer:
    """Stores the language for pages and mails. Without a session, it is stored only in this
    browser.
    """
    refuse_other_sites(request)
    form = request.form()
    chosen, back = form.get("language"), form.get("back", "")
    if chosen not in LANGUAGES:
        raise InvalidDocument([FieldError("language", f"must be one of {', '.join(LANGUAGES)}")])

    with suppress(SignedOut):
        choose_language(load_member(request).member.id, chosen)

    target = (
        landing_url("", back, {})
        if back.startswith(OWN_PAGES) and leads_to_shop(back)
        else OWN_PAGES
    )
    return Answer(None, 303, {"location": target}, (language_cookie(chosen),))


@handler.route("POST /rewards/mail-balance")
def post_mail_balance(request: Request) -> Answer:
    refuse_other_sites(request)
    profile = load_member(request)
    require_allowed(BALANCE_MAIL, profile.member.id, request.now)

    try:
        request_balance_mail(profile.member.id, request.now)
    except Conflict:
        return _back("no_mail")

    return _back("balance")


@handler.route("GET /rewards/export")
def get_export(request: Request) -> Answer:
    """A JSON file with everything about the member. In a large shop it is the first part, as its
    name says; the header `link` has the address of the next one.
    """
    profile, page = load_member(request), request.page()
    limit = EXPORT_PARTS if page.after else EXPORT
    require_allowed(limit, profile.member.id, request.now)

    items, last = export_own_part(profile.member, page.after)

    name = "grapevine-incomplete.json" if last or page.after else "grapevine.json"
    headers = file_headers(name) | link_to_next(request, last)
    return Answer(page.listing(items, last), headers=headers)


@handler.route("POST /rewards/delete")
def post_delete(request: Request) -> Answer:
    """Erases the member, who must type their login.

    A person with a forwarded mail can open these pages, but the mail does not contain the login.
    """
    refuse_other_sites(request)
    profile, typed = load_member(request), request.form().get("login", "")
    if typed != (profile.member.login or profile.member.public_id):
        return _back("login")

    erase_member(profile.member.id, StaffAction("member", "erasure", request.now))

    return sign_out("/rewards?forgotten=true")


@handler.route("POST /rewards/sign-in")
def post_sign_in(request: Request) -> Answer:
    """Mails a link to sign in. Neither the answer nor its duration shows whether a member has this
    address.
    """
    refuse_other_sites(request)
    email_hash = secrets.hash_email(request.form().get("email", ""))
    caller = address_hash(secrets.pepper(), request.source_ip)
    require_allowed(SIGN_IN_PER_IP, caller, request.now)

    if is_allowed(SIGN_IN_MAIL, email_hash, request.now):
        pointer = Reading().item(PointerItem, keys.email(email_hash))
        member_id = pointer.member if pointer else NOBODY
        enqueue_requested_mail(member_id, SIGN_IN, request.now)

    return page_answer(
        "portal/sign_in_asked.html",
        reader_language(request),
        shop=shop_name(),
        shop_url=ShopSettings.load().shop_url,
    )


@handler.route("GET /join")
def get_join(request: Request) -> Answer:
    require_mails()
    return _join_page(request)


@handler.route("POST /join")
def post_join(request: Request) -> Answer:
    """Mails a link with which a person becomes a member. The same mail goes to every address, so
    nothing shows who is a customer.
    """
    refuse_other_sites(request)
    require_mails()
    email = request.form().get("email", "").strip()
    if not is_email_address(email):
        return _join_page(request, email)
    caller = address_hash(secrets.pepper(), request.source_ip)
    require_allowed(SIGN_IN_PER_IP, caller, request.now)

    if is_allowed(JOIN_MAIL, secrets.hash_email(email), request.now):
        mail_ticket(email, reader_language(request), request.now)

    return public_page(request, "join_asked")


@handler.route("GET /join/enter")
def get_join_enter(request: Request) -> Answer:
    ticket = request.query("ticket") or ""
    email = read_ticket(ticket, request.now)
    status = 200 if email else 401
    return public_page(request, "join_enter", status, email=email, ticket=ticket)


@handler.route("POST /join/enter")
def post_join_enter(request: Request) -> Answer:
    refuse_other_sites(request)
    email = read_ticket(request.form().get("ticket", ""), request.now)
    if email is None:
        return public_page(request, "join_enter", 401, email=None, ticket="")

    member = join(email, find_token(request), reader_language(request), request.now)

    return sign_in(member.id, request)


def _join_page(request: Request, wrong_email: str | None = None) -> Answer:
    program = active_program_of(find(ProgramItem, keys.active_program(DEFAULT)))
    offer = offer_document(program, request.now)
    status = 200 if wrong_email is None else 422
    return public_page(request, "join", status, offer=offer, wrong_email=wrong_email)


@handler.route("POST /rewards/credit")
def post_credit(request: Request) -> Answer:
    """Makes a code that pays with all available credit. If it cannot be made, the overview shows
    why.

    The form comes from our own page, or from the widget on a page of the shop. The widget sends the
    session's token with it.
    """
    form = request.form()
    profile, cookies = _spender(form.get("token"), request)
    wish = CodeRequest(profile.member.id, None, form.get("connection"))

    with suppress(Conflict, HoldRefused):
        request_code(wish, request.now)

    return Answer(None, 303, {"location": f"{OWN_PAGES}#credit"}, cookies)


@handler.route("POST /rewards/credit/give-back")
def post_credit_back(request: Request) -> Answer:
    refuse_other_sites(request)
    code = find_open_code(load_member(request).member.id, request.now)

    with suppress(HoldRefused):
        if code:
            give_back_code(code.text)

    return Answer(None, 303, {"location": f"{OWN_PAGES}#credit"})


def _spender(token: str | None, request: Request) -> tuple[Profile, tuple[str, ...]]:
    """The member whom the token or the cookie names, and a cookie for the following pages."""
    if token is None:
        refuse_other_sites(request)
        return load_member(request), ()
    profile = load_session_reader(token, request)
    return profile, (issue_session_cookie(profile.member.id, request),)


def _back(done: str) -> Answer:
    return Answer(None, 303, {"location": f"{SETTINGS}?done={done}"})

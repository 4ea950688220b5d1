"""/mail/…: what the links and pictures in a mail open without a sign-in: the page for
unsubscribing, and the chart of a year.
"""

from shared import secrets
from shared.api.http import Answer
from shared.api.request import Request
from shared.domain.outgoing.mail import AUTOMATIC
from shared.mail.links import UnsubscribeLink, read_chart_token, read_unsubscribe_token
from shared.mail.recipients import load_mail_preferences, set_unwanted_kinds
from shared.owner_settings import shop_name
from shared.pages.png_bars import draw_bars
from shared.pages.site import Site, language_cookies, page_answer, reader_language
from shared.problem import NotFound
from shared.settings import ShopSettings

FOR_EVER = "public, max-age=31536000, immutable"
CHOSEN = "chosen"
"""A field of the form on our page. A one-click request of a mail program does not have the field
(RFC 8058); it unsubscribes from all automatic mails.
"""
handler = Site()


@handler.route("GET /mail/unsubscribe")
def show_choice(request: Request) -> Answer:
    preferences = load_mail_preferences(_read_link(request).member)
    return _page(request, preferences.unwanted)


@handler.route("POST /mail/unsubscribe")
def choose(request: Request) -> Answer:
    link = _read_link(request)
    form = request.form() if "urlencoded" in request.header("content-type") else {}

    unwanted = frozenset(kind for kind in AUTOMATIC if CHOSEN not in form or kind not in form)
    set_unwanted_kinds(link.member, unwanted)

    return _page(request, unwanted, saved=True)


@handler.route("GET /mail/chart/{token}")
def show_chart(request: Request) -> Answer:
    amounts = read_chart_token(secrets.pepper(), request.path("token"))
    if amounts is None:
        raise NotFound("no_such_chart", "There is no such picture. Open the email again.")
    return Answer(draw_bars(amounts), headers={"cache-control": FOR_EVER}, content_type="image/png")


def _read_link(request: Request) -> UnsubscribeLink:
    """The link in the token of a mail. Raises `NotFound`."""
    link = read_unsubscribe_token(secrets.pepper(), request.query("token") or "")
    if link is None:
        raise NotFound(
            "broken_link",
            "This link is incomplete. Open it again from the email, or copy the whole link.",
        )
    return link


def _page(request: Request, unwanted: frozenset[str], saved: bool = False) -> Answer:
    return page_answer(
        "mail/unsubscribe.html",
        reader_language(request),
        cookies=language_cookies(request),
        kinds=AUTOMATIC,
        saved=saved,
        shop=shop_name(),
        shop_url=ShopSettings.load().shop_url,
        token=request.query("token"),
        unwanted=unwanted,
    )

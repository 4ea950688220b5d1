"""/mail/…: what mails lead to without a sign-in: the page to unsubscribe on, and the chart of a
year.
"""

from shared import secrets
from shared.api.http import Answer
from shared.api.request import Request
from shared.domain.outgoing.mail import AUTOMATIC
from shared.mail.links import UnsubscribeLink, read_chart_token, read_unsubscribe_token
from shared.mail.recipients import load_mail_preferences, set_unwanted_kinds
from shared.pages.png_bars import draw_bars
from shared.pages.site import Site, language_cookies, page_answer, reader_language, shop_name
from shared.problem import NotFound
from shared.settings import ShopSettings

FOR_EVER = "public, max-age=31536000, immutable"
CHOSEN = "chosen"
"""The field of the page's own form; a mail program's one click has none (RFC 8058)."""
handler = Site()


@handler.route("GET /mail/unsubscribe")
def show_choice(request: Request) -> Answer:
    unsubscribing = _unsubscribing(request)
    return _page(request, load_mail_preferences(unsubscribing.member).unwanted)


@handler.route("POST /mail/unsubscribe")
def choose(request: Request) -> Answer:
    unsubscribing = _unsubscribing(request)
    form = request.form() if "urlencoded" in request.header("content-type") else {}

    unwanted = frozenset(kind for kind in AUTOMATIC if CHOSEN not in form or kind not in form)
    set_unwanted_kinds(unsubscribing.member, unwanted)

    return _page(request, unwanted, saved=True)


@handler.route("GET /mail/chart/{token}")
def show_chart(request: Request) -> Answer:
    amounts = read_chart_token(secrets.pepper(), request.path("token"))
    if amounts is None:
        raise NotFound("no_such_chart", "There is no such picture; open the mail once more.")
    return Answer(draw_bars(amounts), headers={"cache-control": FOR_EVER}, content_type="image/png")


def _unsubscribing(request: Request) -> UnsubscribeLink:
    """Who unsubscribes from what, as the link in a mail says it. Raises `NotFound`."""
    unsubscribing = read_unsubscribe_token(secrets.pepper(), request.query("token") or "")
    if unsubscribing is None:
        raise NotFound(
            "broken_link",
            "This link is not complete: open it once more from the mail, or copy all of it.",
        )
    return unsubscribing


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

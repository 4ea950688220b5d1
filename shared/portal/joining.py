"""The pages of /join, and the mail that its form sends (specification: join)."""

from datetime import datetime
from urllib.parse import urlencode

from shared.api.http import Answer
from shared.api.request import Request
from shared.mail.ses import Mail, send_mail_from_page
from shared.members.joining import sign_ticket
from shared.owner_settings import shop_name
from shared.pages.site import language_cookies, page_answer, reader_language
from shared.problem import NotFound
from shared.settings import MailSettings, ShopSettings


def require_mails() -> None:
    """Raises `NotFound` if the shop sends no mails, so that nobody can prove an address."""
    if not MailSettings.load().mail_from:
        raise NotFound("cannot_join", "This shop sends no emails. Sign in at the shop instead.")


def public_page(request: Request, template: str, status: int = 200, **values: object) -> Answer:
    """A page for people who are not signed in."""
    return page_answer(
        f"portal/{template}.html",
        reader_language(request),
        status,
        {},
        language_cookies(request),
        shop=shop_name(),
        shop_url=ShopSettings.load().shop_url,
        **values,
    )


def mail_ticket(email: str, language: str, now: datetime) -> None:
    """Mail the link that opens a member's page. A failure is only logged: the person can ask again."""
    from shared.pages.mail import compose  # slow; loaded only if a mail is sent

    ticket = urlencode({"ticket": sign_ticket(email, now)})
    address = f"{ShopSettings.load().base_url}/join/enter?{ticket}"
    subject, text, html = compose("join", language, address=address, shop=shop_name())
    send_mail_from_page(Mail(email, subject, text, html), "a link to join")

"""The mail with which people join by their e-mail address (specification: join)."""

from datetime import datetime
from urllib.parse import urlencode

from shared.mail.ses import Mail, send_mail_from_page
from shared.members.joining import sign_ticket
from shared.owner_settings import current, shop_name
from shared.problem import NotFound
from shared.settings import MailSettings, ShopSettings


def require_mails() -> None:
    """Raises `NotFound` if the shop sends no mails, so that nobody can prove an address."""
    if not MailSettings.load().mail_from:
        raise NotFound("cannot_join", "This shop sends no emails. Sign in at the shop instead.")


def mail_ticket(email: str, language: str, now: datetime) -> None:
    """Sends the mail with the link that opens a member's page. A failure is only logged, because
    the person can ask again.
    """
    from shared.pages.mail import compose  # slow; loaded only if a mail is sent

    ticket = urlencode({"ticket": sign_ticket(email, now)})
    address = f"{ShopSettings.load().base_url}/join/enter?{ticket}"
    subject, text, html = compose("join", language, address=address, shop=shop_name())
    mail = Mail(email, subject, text, html, sender=shop_name(), reply_to=current().reply_to)
    send_mail_from_page(mail, "a link to join")

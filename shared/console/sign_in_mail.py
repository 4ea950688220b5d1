"""The mail with the link into the console."""

import os

from shared.mail.sending import Mail, send_from_page
from shared.pages.rendering import render


def send_link(to: str, token: str, language: str) -> None:
    """A failure is told to nobody outside."""
    told = {"address": f"{os.environ['BASE_URL']}/console/sign-in/{token}"}
    subject = render("console/sign_in_subject.txt", language).strip()
    text, html = (
        render("console/sign_in.txt", language, **told),
        render("console/sign_in_mail.html", language, **told),
    )
    send_from_page(Mail(to, subject, text, html), "a link into the console")

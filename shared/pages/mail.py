"""Mails from templates. Each kind has `mail/<kind>.mjml`, and `mail/<kind>.txt` for plain text."""

import mrml

from shared.pages.rendering import render

NO_REMOTE_FONTS = mrml.RenderOptions(fonts={})
"""By default MJML loads fonts from another host, which would learn who reads the mail."""


def compose(kind: str, language: str, **values: object) -> tuple[str, str, str]:
    """Subject, plain text and HTML. The first line of the plain-text template is the subject."""
    subject, _, text = render(f"mail/{kind}.txt", language, **values).strip().partition("\n")
    html = mrml.to_html(
        render(f"mail/{kind}.mjml", language, subject=subject, **values),
        render_options=NO_REMOTE_FONTS,
    ).content
    return subject.strip(), text.strip() + "\n", html

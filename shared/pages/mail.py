"""Mails: for each kind `mail/<kind>.mjml` and `mail/<kind>.txt`, whose first line is the subject."""

import mrml

from shared.pages.rendering import render

NOTHING_FROM_ELSEWHERE = mrml.RenderOptions(fonts={})
"""MJML names fonts of another host in every mail that it thinks might use one; reading a mail is told to nobody."""


def compose(kind: str, language: str, **told: object) -> tuple[str, str, str]:
    """Subject, plain text and HTML of a mail."""
    subject, _, text = render(f"mail/{kind}.txt", language, **told).strip().partition("\n")
    html = mrml.to_html(
        render(f"mail/{kind}.mjml", language, subject=subject, **told),
        render_options=NOTHING_FROM_ELSEWHERE,
    ).content
    return subject.strip(), text.strip() + "\n", html

"""The page `/_local/mailbox`: the stored mails, each as HTML and text side by side."""

from html import escape

from local.cloud.mailbox import CaughtMail

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
header, nav, main { padding: 0.75rem 1rem; }
header { border-bottom: 1px solid color-mix(in srgb, CanvasText 20%, Canvas); }
h1 { font-size: 1.2rem; margin: 0; } h2 { font-size: 1.1rem; margin: 0 0 0.5rem; }
nav ol { list-style: none; margin: 0; padding: 0; max-height: 16rem; overflow: auto; }
nav a { display: block; padding: 0.35rem 0.5rem; border-radius: 6px; text-decoration: none;
  color: inherit; }
nav a:hover, nav a[aria-current] { background: color-mix(in srgb, CanvasText 10%, Canvas); }
.sides { display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
iframe { width: 100%; height: 70vh;
  border: 1px solid color-mix(in srgb, CanvasText 25%, Canvas); border-radius: 8px; }
pre { margin: 0; padding: 1rem; height: calc(70vh - 2rem); overflow: auto;
  white-space: pre-wrap; overflow-wrap: anywhere;
  border: 1px solid color-mix(in srgb, CanvasText 25%, Canvas); border-radius: 8px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; margin: 0 0 1rem; }
dt { opacity: 0.75; }
dd { margin: 0; overflow-wrap: anywhere; }
"""
_NEW_WINDOW = '<base target="_blank">'
_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
"""The product's pages refuse to be shown in a frame. So links in a mail open a new window, without
the restrictions of the frame.
"""


def render_mailbox(mails: list[CaughtMail], number: int | None) -> str:
    """Returns the page: a list of all mails, the newest first, and one mail in full.

    `number` chooses that mail, counted from 1 for the oldest. If it is None or unknown, the newest
    mail is shown.
    """
    place = number if number and 1 <= number <= len(mails) else len(mails)
    shown = (
        _render_mail(mails[place - 1])
        if mails
        else "<p>No mail was sent yet. Mails are caught here, and none leaves this machine.</p>"
    )
    rows = "".join(
        _render_row(each, mails[each - 1], each == place) for each in range(len(mails), 0, -1)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mailbox</title>'
        '<link rel="icon" href="data:,">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body>"
        "<header><h1>Mailbox of the local cloud</h1></header>"
        f'<nav aria-label="Mails"><ol>{rows}</ol></nav><main>{shown}</main>'
        "</body></html>"
    )


def _render_row(number: int, mail: CaughtMail, current: bool) -> str:
    mark = ' aria-current="page"' if current else ""
    title = f"{escape(', '.join(mail['to']))}: {escape(mail['subject'])}"
    return f'<li><a href="?mail={number}"{mark}>{title}</a></li>'


def _render_mail(mail: CaughtMail) -> str:
    headers = {"To": ", ".join(mail["to"]), **mail["headers"]}
    terms = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in headers.items()
    )
    html = (mail["html"] or "").replace("<head>", f"<head>{_NEW_WINDOW}", 1)
    frame = f'<iframe sandbox="{_SANDBOX}" title="As HTML" srcdoc="{escape(html)}"></iframe>'
    text = (
        f'<pre tabindex="0" role="region" aria-label="As text">{escape(mail["text"] or "")}</pre>'
    )
    return (
        f'<h2>{escape(mail["subject"])}</h2><dl>{terms}</dl><div class="sides">{frame}{text}</div>'
    )

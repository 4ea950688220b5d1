"""`/_local/mailbox`: every mail that was caught, its HTML as a mail program would show it and its text, side by side."""

from html import escape

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
header, nav, main { padding: 0.75rem 1rem; }
header { border-bottom: 1px solid color-mix(in srgb, CanvasText 20%, Canvas); }
h1 { font-size: 1.2rem; margin: 0; } h2 { font-size: 1.1rem; margin: 0 0 0.5rem; }
nav ol { list-style: none; margin: 0; padding: 0; max-height: 16rem; overflow: auto; }
nav a { display: block; padding: 0.35rem 0.5rem; border-radius: 6px; text-decoration: none; color: inherit; }
nav a:hover, nav a[aria-current] { background: color-mix(in srgb, CanvasText 10%, Canvas); }
.sides { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
iframe { width: 100%; height: 70vh; border: 1px solid color-mix(in srgb, CanvasText 25%, Canvas); border-radius: 8px; }
pre { margin: 0; padding: 1rem; height: calc(70vh - 2rem); overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere;
  border: 1px solid color-mix(in srgb, CanvasText 25%, Canvas); border-radius: 8px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; margin: 0 0 1rem; } dt { opacity: 0.75; }
dd { margin: 0; overflow-wrap: anywhere; }
"""
_ELSEWHERE = '<base target="_blank">'
_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
"""Our pages let nobody frame them, so what a mail leads to opens beside it, and may do there what it always may."""


def page(items: list[dict], chosen: int | None) -> str:
    """The mails, newest first, and the one that is chosen by its place from 1 on, or the newest."""
    place = chosen if chosen and 1 <= chosen <= len(items) else len(items)
    shown = (
        _mail(items[place - 1])
        if items
        else "<p>No mail was sent yet. Mails are caught here, and none leaves this machine.</p>"
    )
    rows = "".join(
        _row(number, items[number - 1], number == place) for number in range(len(items), 0, -1)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mailbox</title><link rel="icon" href="data:,">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head><body>'
        f'<header><h1>Mailbox of the local cloud</h1></header><nav aria-label="Mails"><ol>{rows}</ol></nav><main>{shown}</main>'
        "</body></html>"
    )


def _row(number: int, item: dict, current: bool) -> str:
    mark = ' aria-current="page"' if current else ""
    return f'<li><a href="?mail={number}"{mark}>{escape(", ".join(item["to"]))}: {escape(item["subject"])}</a></li>'


def _mail(item: dict) -> str:
    fields = {"To": ", ".join(item["to"]), **item["headers"]}
    told = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in fields.items()
    )
    html = (item["html"] or "").replace("<head>", f"<head>{_ELSEWHERE}", 1)
    framed = f'<iframe sandbox="{_SANDBOX}" title="As HTML" srcdoc="{escape(html)}"></iframe>'
    text = (
        f'<pre tabindex="0" role="region" aria-label="As text">{escape(item["text"] or "")}</pre>'
    )
    return (
        f'<h2>{escape(item["subject"])}</h2><dl>{told}</dl><div class="sides">{framed}{text}</div>'
    )

"""What the guides for shop owners name is on the pages of the console, under that name."""

import re
from pathlib import Path

import pytest

from local.translation.catalogues import extract_texts, list_domains
from shared.connectors.refusals import BRANDS
from shared.pages.refusals import REFUSALS
from shared.words import translated_texts

ROOT = Path(__file__).parents[2]
PICTURE = re.compile(r"!\[[^\]]+\]\((pictures/[^)]+)\)")
FRAME = ROOT / "shared/pages/templates/console/frame.html"
THEIRS = {
    "shop-on-shopify": {
        "Create app", "Create", "Versions", "Access", "Release", "Install app", "Settings", "Shopify",
        "Combinations", "API secret key", "owner", "reward", "completed",
    },
    "shop-on-woocommerce": {"Add key", "Custom HTML", "Header", "Approve", "owner", "reward", "completed"},
    "shop-with-stripe": {"Create restricted key", "owner"},
    "shop-with-own-server": {"owner"},
    "connecting": {
        "Store-level API accounts", "Create API account", "V2/V3 API token", "modify", "read-only",
        "Authentication", "New API key", "API", "Combinations", "Plain", "Enable coupons",
        "Grapevine:", "owner", "reward", "is not accepted", "does not reach WooCommerce", "does not open …", "leads to …",
        "answers with a page", "takes no coupons", "is not answering", "Use €12.00", "could not reach us",
        "used up, or began more than 30 minutes ago", "Approve",
    },
}  # fmt: skip
"""What is written like a name of ours and is none: names on the platforms' own pages, emphasis, and
parts of sentences.
"""


def shown_texts() -> set[str]:
    """Everything that a page may say in English; an ellipsis stands for each value."""
    domains = set(list_domains()) - {REFUSALS}
    texts = [text for domain in domains for _, text in extract_texts(domain)]
    shown = {text if isinstance(text, str) else text[0] for text in texts} | set(translated_texts())
    return {re.sub(r"%\(\w+\)s|\{\w+\}", "…", text) for text in shown}


def guide(name: str) -> str:
    """A guide without its code and its breaks of lines."""
    text = (ROOT / "docs" / f"{name}.md").read_text()
    return " ".join(re.sub(r"```.*?```", "", text, flags=re.DOTALL).split())


def named(text: str) -> set[str]:
    return set(re.findall(r"(?<!\*)\*([^*\s][^*]*?)\*(?!\*)", text))


@pytest.mark.parametrize("name", THEIRS)
def test_every_name_in_a_guide_is_on_a_page(name):
    assert named(guide(name)) - shown_texts() == THEIRS[name] - shown_texts()


@pytest.mark.parametrize("name", THEIRS)
def test_every_way_through_the_console_begins_in_its_menu(name):
    menu = set(re.findall(r'item\("[^"]+", _\("([^"]+)"\)', FRAME.read_text()))
    ways = re.findall(r"Console → ([A-Z]\w+)", guide(name))
    assert ways and set(ways) <= menu


def test_every_platform_has_its_way_in_the_guides():
    connecting = guide("connecting")
    for brand in BRANDS.values():
        assert brand.name in connecting


def test_every_picture_is_named_and_every_picture_that_is_named_exists():
    docs = ROOT / "docs"
    named = {it for page in docs.glob("*.md") for it in PICTURE.findall(page.read_text())}
    assert named == {f"pictures/{path.name}" for path in (docs / "pictures").iterdir()}

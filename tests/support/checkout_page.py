"""What `docs/checkout.md` gives to type and to copy."""

import re

from tests.support.running_cloud import ROOT

PAGE = ROOT / "docs" / "checkout.md"


def blocks(language: str) -> list[str]:
    """The blocks of the page that are written in a language, in their order."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)

"""What the tabs of a member's page show beside the history."""

from collections.abc import Mapping
from typing import NamedTuple

from shared.console.member_orders import list_member_orders
from shared.console.member_tree import load_tree
from shared.members.profile import Profile
from shared.portal.friends import load_friends
from shared.words import SENTENCES, translate

HISTORY, ORDERS, FRIENDS, TREE = "history", "orders", "friends", "tree"
TABS = (HISTORY, ORDERS, FRIENDS, TREE)
ROWS = 25


class TabContent(NamedTuple):
    """The values of a tab for the template, and the place after which its next page begins."""

    values: Mapping[str, object]
    last: str | None = None


def load_tab(tab: str, profile: Profile, language: str, after: str) -> TabContent:
    """The content of a tab; nothing for the history, which `load_member_page` loads."""
    member, currency = profile.member, profile.program.currency
    if tab == ORDERS:
        orders = list_member_orders(member.id, language, ROWS, after)
        return TabContent({"orders": orders.rows, "total": orders.total}, orders.last)
    if tab == FRIENDS:
        friends, last = load_friends(member.id, currency, ROWS, after)
        refusals = {
            friend.state: translate(SENTENCES[friend.state], language)
            for friend in friends
            if friend.state in SENTENCES
        }
        return TabContent({"friends": friends, "refusals": refusals}, last)
    if tab == TREE:
        return TabContent({"tree": load_tree(member, currency)})
    return TabContent({})

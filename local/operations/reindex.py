"""`grapevine ops reindex`: rebuilds the lists of members, orders and statements from the stored
items.
"""

from collections.abc import Callable

from local.operations.deployed_stack import CannotOperate
from local.operations.live_tables import use_stack


def reindex(name: str, after: str, say: Callable[[str], None]) -> int:
    """Rebuilds the lists, starting after the cursor `after`, which the progress lines print; ""
    starts at the beginning.

    Returns 0. Raises `NoStack` or `CannotOperate`.
    """
    use_stack(name)
    from shared.store import engine
    from shared.store.cursors import InvalidCursor
    from shared.store.directory_rebuild import rebuild_page
    from shared.store.programs import programs

    engine.open_tables()
    currency = programs.active_program_of(programs.load_active_item(programs.DEFAULT)).currency
    listed, cursor = 0, after
    while True:
        try:
            page = rebuild_page(currency, cursor)
        except InvalidCursor:
            raise CannotOperate(
                "--from: give the cursor that the last run printed, or leave it out"
            ) from None
        listed += page.listed
        if page.last is None:
            say(f"{listed} members, accounts, orders and statements are listed")
            return 0
        cursor = page.last
        say(f"{listed} so far; after an interruption go on with --from '{cursor}'")

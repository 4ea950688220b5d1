"""What a shop brings along: past orders, opening balances, members with their codes."""

from tests.mutants.mutant import Mutant

STORY = "tests/stories/test_moving_here.py"
FILES = "tests/stories/test_moving_with_files.py"
MUTANTS = (
    Mutant(
        "past orders: they earn nothing",
        "shared/domain/rewards/reward.py",
        "    if not terms.past:\n        return outcome\n",
        "    return outcome\n",
        STORY,
    ),
    Mutant(
        "past orders: only an order that nobody told is past",
        "shared/orders/context.py",
        "if update.past and not known.revision and not others:",
        "if update.past:",
        STORY,
    ),
    Mutant(
        "opening balances: once",
        "shared/wallet/opening_balances.py",
        "put_entry(entry, None), put_adjustment(name, entry)])",
        "put_entry(entry, None)])",
        STORY,
    ),
    Mutant(
        "opening balances: another amount is refused",
        "shared/wallet/opening_balances.py",
        "    if balance.amount != posted:\n",
        "    if False:\n",
        STORY,
    ),
    Mutant(
        "imports: a platform's news finds the order of its export",
        "shared/tables/formats/shopify.py",
        '            "refs": [f"shopify:{platform_id}"] if platform_id else [],\n',
        "",
        FILES,
    ),
    Mutant(
        "tables: an amount has one reading",
        "shared/tables/amounts.py",
        '    if decimals >= 3 and mark == ".":\n',
        "    if mark:\n",
        "tests/tables/test_table_amounts.py",
    ),
    Mutant(
        "tables: an amount in another currency is refused",
        "shared/tables/amounts.py",
        "    if currency not in meant:\n",
        "    if False:\n",
        "tests/tables/test_table_amounts.py",
    ),
    Mutant(
        "tables: a sum with a ruined line is nobody's",
        "shared/tables/table.py",
        "            self._spoilt.add(name)\n",
        "            pass\n",
        "tests/tables/test_formats.py",
    ),
    Mutant(
        "tables: a line with more cells than columns is refused",
        "shared/tables/table.py",
        "            if line.is_torn:\n",
        "            if False:\n",
        "tests/tables/test_formats.py",
    ),
    Mutant(
        "imports: an advocate's row goes first",
        "shared/imports/sequence.py",
        "                yield advocate, place\n",
        "                pass\n",
        "tests/imports/test_sequence.py",
    ),
    Mutant(
        "imports: a code that several rows name is nobody's own",
        "shared/imports/members.py",
        "if owner is None and (is_several or form.own_code):",
        "if owner is None and form.own_code:",
        STORY,
    ),
    Mutant(
        "imports: nobody takes another member's code",
        "shared/members/registration.py",
        "    if item and item.member != (stored.id if stored else None):\n"
        '        raise InvalidDocument([FieldError("own_code"',
        '    if False:\n        raise InvalidDocument([FieldError("own_code"',
        STORY,
    ),
    Mutant(
        "imports: the shop's id of a member who came by address",
        "shared/members/registration.py",
        "return known if known and known.known_by_address else None",
        "return None",
        FILES,
    ),
)

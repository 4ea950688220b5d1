"""Tables whose columns are named like the fields of an import."""

from shared.tables.table import BALANCES, MEMBERS, ORDERS, Cells, ImportRow, TableFormat, status_of

AMOUNTS = (
    "items_total",
    "discount_total",
    "tax_total",
    "shipping_total",
    "other_total",
    "credit_used",
    "refunded_total",
)
AMOUNT_COLUMNS = (*AMOUNTS, "amount", "balance")
TIMES = ("placed_at", "paid_at", "completed_at")
TEXTS = ("email", "name", "language")
NAMES = ("login", "referrer_login", "code", "own_code")


def read_member(cells: Cells) -> ImportRow:
    row: ImportRow = {"id": cells.name("id"), "signed_up_at": cells.instant("signed_up_at")}
    row |= {name: cells.first(name) for name in TEXTS}
    row |= {name: cells.name_if_any(name) for name in NAMES}
    row["login"] = row["login"] or row["email"] or row["id"]
    if cells.first("balance"):
        row["currency"] = cells.currency("currency")
        row["balance"] = cells.amount(row["currency"], "balance")
    return cells.filled(row)


def read_balance(cells: Cells) -> ImportRow:
    currency = cells.currency("currency")
    cells.need("amount")
    return cells.filled(
        {
            "member": cells.name("member"),
            "amount": cells.amount(currency, "amount"),
            "currency": currency,
            "reason": cells.first("reason"),
        }
    )


def read_order(cells: Cells) -> ImportRow:
    """An order. `customer`, `email` and `login` name the buyer; `code` or `advocate` name who
    recommended the shop to them. Only a history uses `advocate`.
    """
    currency = cells.currency("currency")
    times = {name: cells.instant(name) for name in TIMES}
    told = [time for time in times.values() if time]
    if not told:
        raise ValueError("the line has no placed_at")
    customer = {
        "id": cells.name_if_any("customer"),
        "email": cells.first("email"),
        "login": cells.first("login"),
    }
    return cells.filled(
        {
            "id": cells.name("id"),
            "customer": cells.filled(customer),
            "status": cells.first("status") or status_of(times),
            **times,
            "currency": currency,
            **{name: cells.amount(currency, name) for name in AMOUNTS if cells.first(name)},
            "items_total": cells.amount(currency, "items_total"),
            "code": cells.name_if_any("code"),
            "advocate": cells.name_if_any("advocate"),
            "fx_rate": cells.first("fx_rate"),
        }
    )


FORMATS = (
    TableFormat(
        "a table of members", MEMBERS, frozenset({"id", "login"}), read_member, is_ours=True
    ),
    TableFormat(
        "a table of members", MEMBERS, frozenset({"id", "email"}), read_member, is_ours=True
    ),
    TableFormat(
        "a table of balances", BALANCES, frozenset({"member", "amount"}), read_balance, is_ours=True
    ),
    TableFormat(
        "a table of orders", ORDERS, frozenset({"id", "items_total"}), read_order, is_ours=True
    ),
)

"""A file of the console, opened in a spreadsheet, calculates nothing that people typed."""

import pytest

from shared.api.pagination import PageRequest
from shared.console.listing import ListRequest, RowPage, answer_csv, csv_text, escape_formula


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20SUM(A1)",
        " =1+1",
        "\t=1+1",
        "\r\n=1+1",
        "\N{NO-BREAK SPACE}=1+1",
        "\N{ZERO WIDTH SPACE}=1+1",
        "\N{ZERO WIDTH NO-BREAK SPACE}=1+1",
        "\N{RIGHT-TO-LEFT MARK}@A1",
    ],
)
def test_a_formula_is_text(text: str) -> None:
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Anna", "anna@example.com", "2 - 1", "", " Anna", -250, None])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert escape_formula(value) == value


def test_beside_minor_units_stands_the_amount_with_all_its_decimals() -> None:
    columns = [
        ("amount_minor", lambda row: row[0]),
        ("currency", lambda row: row[1]),
        ("note_minor", lambda row: None),
    ]
    rows = [(-1_250, "EUR"), (500, "JPY"), (1_250, "KWD"), (0, "EUR")]
    assert csv_text(columns, rows).splitlines() == [
        "amount_minor,amount,currency,note_minor,note",
        "-1250,-12.50,EUR,,",
        "500,500,JPY,,",
        "1250,1.250,KWD,,",
        "0,0.00,EUR,,",
    ]


@pytest.mark.parametrize(("last", "name"), [(None, "things.csv"), ("9", "things-incomplete.csv")])
def test_a_file_that_lacks_rows_says_so_by_its_name(last: str | None, name: str) -> None:
    request = ListRequest("/console/things", {}, PageRequest("/console/things", 100, ""), True)
    answer = answer_csv("things", [("a", str)], RowPage(["1"], last), request)
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert ("link" in answer.headers) == (last is not None)

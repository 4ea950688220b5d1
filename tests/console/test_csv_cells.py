"""A file of the console, opened in a spreadsheet, calculates nothing that people typed."""

import pytest

from shared.console.listing import escape_formula


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

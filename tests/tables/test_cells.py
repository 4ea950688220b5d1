"""Cells that a spreadsheet has ruined, and those that exporters guard against one."""

import pytest

from shared.tables.cells import check_name, check_unspoilt, unguarded


@pytest.mark.parametrize(
    "text",
    "3.8E+12|3,81234E+12|1/2|12-Jan|2. Feb|Jan 26|Mai 25|5. Mär|###|#NAME?|#WERT!|#REF!|"
    "#DIV/0!|#N/A|#NV".split("|"),
)
def test_what_a_spreadsheet_has_ruined(text):
    with pytest.raises(ValueError, match="spreadsheet"):
        check_unspoilt(text)


@pytest.mark.parametrize(
    "text",
    ["1001", "#1001", "ANNA-7K2Q", "5e9f", "12-3456", "ORD-1/2", "12-XYZ", "JAN-26", "00123"],
)
def test_what_is_an_id(text):
    assert check_unspoilt(text) == check_name(text) == text


def test_an_apostrophe_marks_a_text():
    assert check_name("'00123") == "00123"


@pytest.mark.parametrize("text", ["Total", "Summe:", "grand total", "Gesamt"])
def test_a_line_of_totals_names_nobody(text):
    with pytest.raises(ValueError, match="totals"):
        check_name(text)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("'-20.00", "-20.00"),
        ("'=1+1", "=1+1"),
        ("'@anna", "@anna"),
        ('="00123"', "00123"),
        ('="1"&"2"', '="1"&"2"'),
        ("'t Hooft", "'t Hooft"),
        ("anna", "anna"),
    ],
)
def test_what_exporters_guard(cell, text):
    assert unguarded(cell) == text

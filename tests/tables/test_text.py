"""Encodings, delimiters and lines of files that people have."""

import pytest

from shared.tables.text import UnreadableTable, decode_table, find_encoding, read_lines

TABLE = "Kunde;Betrag\nJürgen;12,50\n"


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (TABLE.encode(), "utf-8"),
        (TABLE.encode("utf-8-sig"), "utf-8-sig"),
        (TABLE.encode("cp1252"), "cp1252"),
        (TABLE.encode("utf-16"), "utf-16"),
        (TABLE.encode("utf-16-le"), "utf-16-le"),
        (TABLE.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_encodings(raw, encoding):
    assert find_encoding([raw[:7], raw[7:]]) == encoding
    assert decode_table(raw) == TABLE


def lines(text: str) -> list[tuple[int, dict]]:
    return [(line.number, dict(line.cells)) for line in read_lines(text.splitlines(True))]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiters(mark):
    text = f'"a, b"{mark}c{mark}d\n1{mark}2{mark}3\n'
    assert lines(text) == [(2, {"a, b": "1", "c": "2", "d": "3"})]


def test_lines_that_are_empty_short_long_or_over_several_lines():
    text = 'sep=;\n A ; B \n1;2;3\n\n;\n"x\ny";\n9\n'
    assert lines(text) == [
        (3, {"a": "1", "b": "2"}),
        (7, {"a": "x\ny", "b": ""}),
        (8, {"a": "9", "b": ""}),
    ]


@pytest.mark.parametrize("text", ["", "\n", "a," + "b," * 400])
def test_what_is_no_table(text):
    with pytest.raises(UnreadableTable):
        lines(text)


def test_a_cell_that_never_ends_is_told_by_its_line():
    with pytest.raises(UnreadableTable, match="line"):
        lines('a,b\n1,"' + "x" * 200_000 + '\n"')

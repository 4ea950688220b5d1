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
        (TABLE.replace("\n", "\r").encode("mac_roman"), "mac_roman"),
        (TABLE.encode("utf-16"), "utf-16"),
        (TABLE.encode("utf-16-le"), "utf-16-le"),
        (TABLE.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_encodings(raw, encoding):
    assert find_encoding([raw[:7], raw[7:]]) == encoding
    assert decode_table(raw).replace("\r", "\n") == TABLE


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"PK\x03\x04\x14\0", "spreadsheet's own file or an archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "spreadsheet's own file"),
        (b"%PDF-1.4\n%\xe2\xe3", "export it as CSV"),
        (b"\n <html><table>", "export it as CSV"),
        (b'[{"id": "7"}]', "export it as CSV"),
        (b"id;name\n\x81\x8d;\xff\n", "save the file as CSV in UTF-8"),
    ],
)
def test_what_only_looks_like_a_table(raw, said):
    with pytest.raises(UnreadableTable, match=said):
        decode_table(raw)


def lines(text: str) -> list[tuple[int, dict]]:
    return [(line.number, dict(line.cells)) for line in read_lines(text)]


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


def test_titles_above_the_names_of_the_columns():
    text = "\ufeffSales Report;;\nPeriod: 2026-07;;\n;;\n\nA;B\n1;2\n"
    assert lines(text) == [(6, {"a": "1", "b": "2"})]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_signs_that_only_look_like_the_end_of_a_line(end):
    text = end.join(["A;B", "1;x\u2028y\x0bz\x85", "2;3", ""])
    assert lines(text) == [(2, {"a": "1", "b": "x\u2028y\x0bz"}), (3, {"a": "2", "b": "3"})]


def test_a_quote_that_nothing_closes_is_told_by_its_line():
    with pytest.raises(UnreadableTable, match="line 3 has a quote that nothing closes"):
        lines('a;b\n1;2\n3;"4\n5;6\n7;8\n')


@pytest.mark.parametrize("text", ["", "\n", "title\n" * 40, "a," + "b," * 400])
def test_what_is_no_table(text):
    with pytest.raises(UnreadableTable):
        lines(text)


def test_a_cell_that_never_ends_is_told_by_its_line():
    with pytest.raises(UnreadableTable, match="line"):
        lines('a,b\n1,"' + "x" * 200_000 + '\n"')

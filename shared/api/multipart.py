"""Reads forms that contain a file (multipart/form-data, RFC 7578)."""

from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP

from shared.tables.text import decode_table

MULTIPART, PICTURE = "multipart/form-data", "image"


def parse_multipart(content_type: str, raw: bytes, most_fields: int) -> dict[str, str]:
    """The fields of a form. The value of a file is its decoded text, in whatever encoding it was;
    an empty file gives an empty text, and so does a picture.

    If a field occurs twice, the last value that is not empty counts. Raises `ValueError`.
    """
    fields: dict[str, str] = {}
    for number, (name, part) in enumerate(_parts(content_type, raw)):
        if number >= most_fields:
            raise ValueError("no field")
        content = _content(part)
        is_file = part.get_filename() is not None
        if is_file and part.get_content_maintype() == PICTURE:
            content, is_file = b"", False
        text = decode_table(content) if is_file else content.decode().strip()
        fields[name] = text or fields.get(name, "")
    return fields


def find_file(content_type: str, raw: bytes, name: str) -> bytes:
    """The bytes of the file in a field; empty if there is none. Raises `ValueError`."""
    files = [
        _content(part)
        for field, part in _parts(content_type, raw)
        if field == name and part.get_filename() is not None
    ]
    return files[-1] if files else b""


def _parts(content_type: str, raw: bytes) -> Iterator[tuple[str, EmailMessage]]:
    """The parts of a form, each with the name of its field. Raises `ValueError`."""
    head = f"content-type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(EmailMessage, policy=HTTP).parsebytes(head + raw)
    if not message.is_multipart():
        raise ValueError("no parts")
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str) or not isinstance(part, EmailMessage):
            raise ValueError("no field")
        yield name, part


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        raise ValueError("no field")
    return content

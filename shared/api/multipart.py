"""Reads forms that contain a file (multipart/form-data, RFC 7578)."""

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP

from shared.tables.text import decode_table

MULTIPART = "multipart/form-data"


def parse_multipart(content_type: str, raw: bytes, most_fields: int) -> dict[str, str]:
    """The fields of a form. The value of a file is its decoded text, in whatever encoding it was;
    an empty file gives an empty text.

    If a field occurs twice, the last value that is not empty counts. Raises `ValueError`.
    """
    head = f"content-type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(EmailMessage, policy=HTTP).parsebytes(head + raw)
    if not message.is_multipart():
        raise ValueError("no parts")
    fields: dict[str, str] = {}
    for number, part in enumerate(message.iter_parts()):
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if number >= most_fields or not isinstance(name, str) or not isinstance(content, bytes):
            raise ValueError("no field")
        is_file = part.get_filename() is not None
        text = decode_table(content) if is_file else content.decode().strip()
        fields[name] = text or fields.get(name, "")
    return fields

"""The codes that advocates share (specification: codes)."""


def normalize_code(text: str) -> str:
    """A code as it is stored: people type it in any case, with spaces around it."""
    return text.strip().upper()

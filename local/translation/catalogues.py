"""`make messages`: the texts of templates and sentences into catalogues for translators (`.po`), and those into what gettext reads (`.mo`).

A catalogue is a folder of templates; `site` also has those that pages of every folder take in (`parts`, and what lies in no folder), and
`words` the sentences of `shared/words.py`, `refusals` those in which the console says no (`local/translation/sentences.py`). Both files are committed,
because what goes to AWS is built without a step of ours.
"""

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from local.translation.sentences import list_sentences
from shared import words
from shared.language import CATALOGUES, EVERYWHERE, LANGUAGES, WORDS
from shared.pages.refusals import REFUSALS, names_in
from shared.pages.rendering import TEMPLATES

EXTRACTOR = "jinja2.ext:babel_extract"
READ_AS = {"encoding": "utf-8", "silent": "false", "trimmed": "true", "newstyle_gettext": "true"}
"""As `shared.pages.rendering` reads templates; one that cannot be parsed is an error."""
MARKED = {"_": None, "gettext": None, "ngettext": (1, 2)}
WIDTH = 120
TAKEN_IN = "parts"
"""The folder of what is included, and rendered with the catalogue of the page that includes it."""


class UndatedCatalogue(Catalog):
    """A catalogue whose heading tells no time and no version of a tool: the same texts make the same bytes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("Plural-Forms", self.plural_forms),
            ("Content-Type", "text/plain; charset=utf-8"),
        ]


def list_domains() -> list[str]:
    return sorted(
        {EVERYWHERE, REFUSALS, WORDS}
        | {place.name for place in TEMPLATES.iterdir() if place.is_dir()} - {TAKEN_IN}
    )


def translated_languages() -> tuple[str, ...]:
    """All but the first, which is that of the texts themselves."""
    return LANGUAGES[1:]


def catalogue_path(domain: str, language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / f"{domain}.po"


def build_catalogue(domain: str, language: str) -> Catalog:
    """Every text of today, with the translations that the committed catalogue has."""
    known = load_catalogue(domain, language)
    current = UndatedCatalogue(
        language,
        header_comment=f"# What Grapevine says ({domain}); kept by `make messages`.",
        fuzzy=False,
    )
    for place, text in extract_texts(domain):
        translation = known.get(text[0] if isinstance(text, tuple) else text)
        added = current.add(
            text, translation.string if translation else None, locations=[(place, None)]
        )
        if domain == REFUSALS:
            added.flags.discard("python-format")
    return current


def load_catalogue(domain: str, language: str) -> Catalog:
    place = catalogue_path(domain, language)
    return (
        read_po(io.BytesIO(place.read_bytes()), locale=language)
        if place.is_file()
        else Catalog(language)
    )


def extract_texts(domain: str) -> Iterator[tuple[str, str | tuple[str, str]]]:
    """Where a text stands, and the text; with its plural where it has one."""
    if domain == WORDS:
        yield from (("words.py", text) for text in words.texts())
    if domain == REFUSALS:
        yield from list_sentences()
    for place in sorted(_templates_of(domain)):
        with place.open("rb") as template:
            for _, text, _, _ in extract(EXTRACTOR, template, MARKED, options=READ_AS):
                yield (
                    place.relative_to(TEMPLATES).as_posix(),
                    tuple(text[:2]) if isinstance(text, tuple) else text,
                )


def _templates_of(domain: str) -> Iterable[Path]:
    common = (
        (*TEMPLATES.glob("*"), *(TEMPLATES / TAKEN_IN).rglob("*")) if domain == EVERYWHERE else ()
    )
    return [place for place in (*(TEMPLATES / domain).rglob("*"), *common) if place.is_file()]


def list_untranslated(catalogue: Catalog) -> list[Message]:
    """What says nothing yet in its language, or names other values than the text does."""
    return [message for message in catalogue if message.id and _lacks(message, catalogue)]


def _lacks(message: Message, catalogue: Catalog) -> bool:
    said = _parts(message.string)
    if not said or not all(said) or any(message.check(catalogue)):
        return True
    return "python-brace-format" in message.flags and names_in(message.id) != names_in(
        message.string
    )


def _parts(text: str | Iterable[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def format_po(catalogue: Catalog) -> bytes:
    """The catalogue for translators."""
    file = io.BytesIO()
    write_po(file, catalogue, width=WIDTH, sort_output=True, include_lineno=False)
    return file.getvalue()


def format_mo(catalogue: Catalog) -> bytes:
    """The catalogue for gettext."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def main() -> int:
    missing = 0
    for language in translated_languages():
        for domain in list_domains():
            catalogue, place = build_catalogue(domain, language), catalogue_path(domain, language)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(format_po(catalogue))
            place.with_suffix(".mo").write_bytes(format_mo(catalogue))
            for message in list_untranslated(catalogue):
                missing += 1
                print(
                    f"{place.name} ({language}) wants a translation of: {message.id!r}",
                    file=sys.stderr,
                )
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())

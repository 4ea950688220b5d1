"""`make messages`: collects texts into catalogues for translators (`.po`) and compiles them for
gettext (`.mo`).

There is one catalogue for each folder of templates. Three are special: `site` also has the texts of
templates that all folders use (`parts`, and templates outside any folder), `words` has the
sentences of `shared/words.py` and the texts of presets, and `refusals` has the console's error messages
(`local/translation/sentences.py`). Both kinds of files are committed, so that building for AWS
needs no step of ours.
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
from shared import presets, words
from shared.language import CATALOGUES, EVERYWHERE, LANGUAGES, WORDS
from shared.pages.refusals import REFUSALS, value_names
from shared.pages.rendering import TEMPLATES

EXTRACTOR = "jinja2.ext:babel_extract"
TEMPLATE_OPTIONS = {
    "encoding": "utf-8",
    "silent": "false",
    "trimmed": "true",
    "newstyle_gettext": "true",
}
"""The same options as in `shared.pages.rendering`; a template that cannot be parsed is an error."""
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
"""The functions that mark a text for translation, and which of their arguments are texts."""
WIDTH = 120
PRESETS = "presets"
"""The location of texts of presets, in which `%` is only a percent sign."""
INCLUDED = "parts"
"""The folder of included templates. Their texts are looked up in the catalogue of the including
page and in `site`.
"""


class UndatedCatalogue(Catalog):
    """A catalogue without a date and a tool version in its header, so that the same texts give the
    same bytes.
    """

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
        | {folder.name for folder in TEMPLATES.iterdir() if folder.is_dir()} - {INCLUDED}
    )


def translated_languages() -> tuple[str, ...]:
    """Returns all languages except the first, in which the texts are written."""
    return LANGUAGES[1:]


def catalogue_path(domain: str, language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / f"{domain}.po"


def build_catalogue(domain: str, language: str) -> Catalog:
    """Returns the present texts, with the translations and the locale of the committed catalogue."""
    committed = load_catalogue(domain, language)
    current = UndatedCatalogue(
        committed.locale,
        header_comment=f"# What Grapevine says ({domain}); kept by `make messages`.",
        fuzzy=False,
    )
    for location, text in extract_texts(domain):
        translation = committed.get(text[0] if isinstance(text, tuple) else text)
        message = current.add(
            text, translation.string if translation else None, locations=[(location, 0)]
        )
        if domain == REFUSALS or location == PRESETS:
            message.flags.discard("python-format")
    return current


def load_catalogue(domain: str, language: str) -> Catalog:
    """Returns the committed catalogue; an empty one if there is none."""
    path = catalogue_path(domain, language)
    if not path.is_file():
        return Catalog(language)
    return read_po(io.BytesIO(path.read_bytes()), locale=language)


def extract_texts(domain: str) -> Iterator[tuple[str, str | tuple[str, str]]]:
    """Yields the name of a file and a text for each text of the catalogue; with a plural, the text
    is a pair.
    """
    if domain == WORDS:
        yield from (("words.py", text) for text in words.translated_texts())
        yield from ((PRESETS, text) for text in presets.list_texts())
    if domain == REFUSALS:
        yield from list_sentences()
    for path in sorted(_list_templates(domain)):
        location = path.relative_to(TEMPLATES).as_posix()
        with path.open("rb") as template:
            for _, text, _, _ in extract(EXTRACTOR, template, KEYWORDS, options=TEMPLATE_OPTIONS):
                yield location, text if isinstance(text, str) else (text[0], text[1])


def _list_templates(domain: str) -> list[Path]:
    paths = [*(TEMPLATES / domain).rglob("*")]
    if domain == EVERYWHERE:
        paths += [*TEMPLATES.glob("*"), *(TEMPLATES / INCLUDED).rglob("*")]
    return [path for path in paths if path.is_file()]


def list_untranslated(catalogue: Catalog) -> list[Message]:
    """Returns the messages that have no translation, or one that uses other placeholders than the
    text.
    """
    return [message for message in catalogue if message.id and _is_untranslated(message, catalogue)]


def _is_untranslated(message: Message, catalogue: Catalog) -> bool:
    translations = _forms(message.string)
    if not translations or not all(translations) or any(message.check(catalogue)):
        return True
    if "python-brace-format" not in message.flags:
        return False
    return _value_names(_forms(message.id)) != _value_names(translations)


def _value_names(texts: Iterable[str]) -> set[tuple[str, ...]]:
    return {tuple(value_names(text)) for text in texts}


def _forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    """Returns the forms of a message: singular and plural, or only one."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def format_po(catalogue: Catalog) -> bytes:
    """Returns the catalogue as a `.po` file."""
    file = io.BytesIO()
    write_po(file, catalogue, width=WIDTH, sort_output=True, include_lineno=False)
    return file.getvalue()


def format_mo(catalogue: Catalog) -> bytes:
    """Returns the catalogue as a `.mo` file."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def main() -> int:
    """Writes all catalogues; returns 1 if a text is not translated, otherwise 0."""
    untranslated = 0
    for language in translated_languages():
        for domain in list_domains():
            catalogue, path = build_catalogue(domain, language), catalogue_path(domain, language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(format_po(catalogue))
            path.with_suffix(".mo").write_bytes(format_mo(catalogue))
            for message in list_untranslated(catalogue):
                untranslated += 1
                print(
                    f"{path.name} ({language}) wants a translation of: {message.id!r}",
                    file=sys.stderr,
                )
    return 1 if untranslated else 0


if __name__ == "__main__":
    sys.exit(main())

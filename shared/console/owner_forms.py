"""The forms that change the owner's settings: the shop, its look, its mails and their texts."""

from collections.abc import Mapping
from typing import Any

from shared import owner_settings
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.shop.logo import Logo, parse_logo
from shared.domain.shop.mail_wording import PARTS, PLACEHOLDERS
from shared.domain.shop.owner_settings import OWNER_SETTINGS, OwnerSettings
from shared.domain.staff_action import StaffAction
from shared.language import LANGUAGES
from shared.problem import PreconditionFailed
from shared.store import engine
from shared.store.engine import Write
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.owner_settings import (
    SettingsVersion,
    find_settings,
    put_logo,
    put_settings,
)

SHOP_FIELDS = (
    "shop_name",
    "postal_address",
    "support_email",
    "terms_url",
    "privacy_url",
    "imprint_url",
)
LOOK_FIELDS = ("accent", "accent_dark", "font")
MAIL_FIELDS = ("reply_to", "mail_imprint")

type Fields = dict[str, Any]
"""The settings as a JSON object."""


def shop_fields(form: Mapping[str, str]) -> Fields:
    """The fields of the form about the shop: names, addresses, origins, languages, completion."""
    offered = [language for language in LANGUAGES if form.get(f"language.{language}") == "yes"]
    first = form.get("first_language")
    return {name: form.get(name, "") for name in SHOP_FIELDS} | {
        "origins": [line.strip() for line in form.get("origins", "").splitlines() if line.strip()],
        "languages": sorted(offered, key=lambda language: language != first),
        "completed_by": {
            name.removeprefix("completed_by."): value
            for name, value in form.items()
            if name.startswith("completed_by.")
        },
    }


def look_fields(form: Mapping[str, str]) -> Fields:
    """The fields of the form about the look, except the logo."""
    return {name: form[name] for name in LOOK_FIELDS if name in form}


def read_logo(content: bytes) -> Logo:
    """The uploaded picture. Raises `InvalidDocument`."""
    try:
        return parse_logo(content)
    except ValueError as error:
        raise InvalidDocument([FieldError("logo", str(error))]) from None


def mail_fields(form: Mapping[str, str]) -> Fields:
    """The fields of the form about all mails."""
    texts: Fields = {name: form.get(name, "") for name in MAIL_FIELDS}
    return texts | {"credit_hint": form.get("credit_hint") == "yes"}


def wording_fields(form: Mapping[str, str], before: OwnerSettings) -> Fields:
    """All wordings of the owner, including the one in the form. If all texts of the form are empty,
    the owner's wording is removed and the usual text is used. Raises `InvalidDocument` for an
    unknown kind of mail or language.
    """
    kind, language = form.get("kind", ""), form.get("mail_language", "")
    if kind not in PLACEHOLDERS or language not in LANGUAGES:
        raise InvalidDocument([FieldError("kind", "is not an email whose text can be changed")])
    wordings: Fields = dict(OWNER_SETTINGS.write(before)["wordings"])  # type: ignore[call-overload]  # `write` answers JSON
    wordings.pop(f"{kind}.{language}", None)
    wording = {part: form.get(part, "") for part in PARTS}
    return {
        "wordings": wordings | ({f"{kind}.{language}": wording} if any(wording.values()) else {})
    }


def check(before: OwnerSettings, fields: Fields) -> OwnerSettings:
    """The settings, changed to these `fields`. Raises `InvalidDocument`, whose faults name the
    fields of the forms.
    """
    try:
        return OWNER_SETTINGS.parse(OWNER_SETTINGS.write(before) | fields)
    except InvalidDocument as invalid:
        faults = [FieldError(_form_field(fault.field), fault.message) for fault in invalid.faults]
        raise InvalidDocument(faults) from None


def _form_field(field: str) -> str:
    """The field of a form for the path of a setting: `wordings.reward.de.subject` is `subject`."""
    return field.rpartition(".")[2] if field.startswith("wordings.") else field


def save(
    seen: str, fields: Fields, action: StaffAction, logo: Logo | None = None
) -> SettingsVersion:
    """Saves the next version, with its line in the audit log, and the logo if there is a new one.

    Raises `InvalidDocument`, and `PreconditionFailed` if another version than `seen` is the latest.
    """
    before = find_settings()
    if seen != str(before.version):
        raise _changed_meanwhile()
    after = check(before.settings, fields | ({"logo": logo.name} if logo else {}))
    writes = [put_logo(logo)] if logo else []
    try:
        engine.write([*writes, *put_settings(before, after, action), _audit(before, after, action)])
    except engine.WriteConflict:
        raise _changed_meanwhile() from None
    owner_settings.forget()
    return SettingsVersion(before.version + 1, after, action.at, action.actor)


def _audit(before: SettingsVersion, after: OwnerSettings, action: StaffAction) -> Write:
    """The line of the audit log, with the settings that differ."""
    old, new = OWNER_SETTINGS.write(before.settings), OWNER_SETTINGS.write(after)
    differing = [name for name in new if old[name] != new[name]]
    return put_audit_line(
        action,
        {"settings": before.version + 1},
        {name: old[name] for name in differing},
        {name: new[name] for name in differing},
    )


def _changed_meanwhile() -> PreconditionFailed:
    return PreconditionFailed(
        "settings_changed",
        "Someone else saved settings in the meantime. Reload the page to see them, then save again.",
    )

"""/console/settings…, /setup, /mails/resend: what the owner decides about the shop, its look and its mails, and
what is still to be set up.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from shared import secrets
from shared.api.http import Answer
from shared.console import owner_forms, setup
from shared.console.mail_again import resend_mail
from shared.console.mail_samples import SAMPLES, compose_sample
from shared.console.order_preview import preview_order
from shared.console.page_samples import PAGES, render_sample
from shared.console.roles import HELP, LOOK, OWN
from shared.console.settings import PARAMETERS, effective, read_settings
from shared.console.site import Console, ConsoleRequest
from shared.domain.outgoing.mail import MailKey
from shared.domain.shop.fonts import FONTS
from shared.domain.shop.mail_wording import PLACEHOLDERS, MailWording
from shared.domain.shop.owner_settings import OwnerSettings
from shared.domain.staff_action import StaffAction
from shared.language import LANGUAGES
from shared.mail.ses import Mail, send_mail_from_page
from shared.pages.look import look_of, shades
from shared.pages.site import HTML, html_answer, security_policy
from shared.problem import Conflict, NotFound, Unavailable
from shared.settings import MailSettings, read_texts
from shared.store.attributions.links import load_program
from shared.store.programs import sightings
from shared.store.programs.owner_settings import find_settings, list_settings_versions
from shared.store.programs.recoveries import list_recoveries
from shared.webhooks import PROVIDERS
from shared.webhooks.completed_by import offered_settings

SETTINGS, LOOKS, MAILS = "/console/settings", "/console/settings/look", "/console/settings/mails"
SETUP = "/console/setup"
SHOWN_VERSIONS = 20
ONLY_SHOWS = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; sandbox"
"""The policy of a previewed mail, whose styles stand in its text: it may not run or send anything."""
NO_FORMS = "sandbox allow-same-origin allow-scripts"
"""Added to the policy of a previewed page, whose forms would lead nowhere."""
handler = Console()


@handler.page("GET /console/settings", LOOK)
def get_settings(request: ConsoleRequest) -> Answer:
    version = find_settings()
    return request.page(
        "settings.html",
        version=version,
        current=effective(version.settings),
        versions=list_settings_versions(SHOWN_VERSIONS),
        settings=read_settings(read_texts(PARAMETERS.values()), secrets.document()),
        recoveries={recovery.provider: recovery for recovery in list_recoveries()},
        completions={name: offered_settings(name) for name in PROVIDERS},
        program=load_program(),
    )


@handler.page("POST /console/settings", OWN, form_on="GET /console/settings")
def post_settings(request: ConsoleRequest) -> Answer:
    return _save(request, owner_forms.shop_fields(request.http.form()), SETTINGS)


@handler.page("GET /console/settings/look", LOOK)
def get_look(request: ConsoleRequest) -> Answer:
    version = find_settings()
    light, dark = shades(version.settings)
    return request.page(
        "settings_look.html",
        version=version,
        look=look_of(version.settings),
        light=light,
        dark=dark,
        fonts=tuple(FONTS),
        pages=PAGES,
    )


@handler.page("POST /console/settings/look", OWN, form_on="GET /console/settings/look")
def post_look(request: ConsoleRequest) -> Answer:
    form, picture = request.http.form(), request.http.file("logo")
    fields = owner_forms.look_fields(form)
    if form.get("remove_logo") == "yes":
        fields["logo"] = ""
    logo = owner_forms.read_logo(picture) if picture else None
    owner_forms.save(form.get("seen", ""), fields, _action(request), logo)
    return request.redirect(LOOKS, "saved")


@handler.page("GET /console/settings/mails", LOOK)
def get_mail_settings(request: ConsoleRequest) -> Answer:
    version, sent = find_settings(), request.sent
    kind = sent.value("kind", request.http.query("kind") or "reward")
    language = sent.value("mail_language", request.http.query("mail_language") or LANGUAGES[0])
    if kind not in PLACEHOLDERS or language not in LANGUAGES:
        kind, language = "reward", LANGUAGES[0]
    return request.page(
        "settings_mails.html",
        version=version,
        current=effective(version.settings),
        kinds=tuple(PLACEHOLDERS),
        kind=kind,
        mail_language=language,
        wording=version.settings.wordings.get(f"{kind}.{language}", MailWording()),
        usual=compose_sample(kind, language, version.settings, usual=True),
        placeholders=PLACEHOLDERS[kind],
        mail_from=MailSettings.load().mail_from,
    )


@handler.page("POST /console/settings/mails", OWN, form_on="GET /console/settings/mails")
def post_mail_settings(request: ConsoleRequest) -> Answer:
    form = request.http.form()
    if "kind" not in form:
        return _save(request, owner_forms.mail_fields(form), MAILS)
    fields = owner_forms.wording_fields(form, find_settings().settings)
    return _save(request, fields, MAILS)


@handler.page("POST /console/settings/mails/test", OWN, form_on="GET /console/settings/mails")
def post_test_mail(request: ConsoleRequest) -> Answer:
    """Sends a sample of a mail to the staff member who asks for it, and to nobody else."""
    form = request.http.form()
    kind, language = form.get("kind", ""), form.get("mail_language", "")
    if kind not in SAMPLES or language not in LANGUAGES:
        raise NotFound("unknown_mail", "There is no email of this kind.")
    if not MailSettings.load().mail_from:
        raise Conflict("no_mails", "No emails are sent yet. Set the parameter MailFrom first.")
    settings = find_settings().settings
    subject, text, html = compose_sample(kind, language, settings)
    to, sender = request.staff_member.email, effective(settings).shop_name or ""
    mail = Mail(to, subject, text, html, sender=sender, reply_to=settings.reply_to)
    if not send_mail_from_page(mail, "a test"):
        raise Unavailable("mail_not_sent", "The email could not be sent. Is its sender verified?")
    sightings.note(sightings.MAIL, request.http.now)
    return request.redirect(MAILS, "test_mail_sent")


@handler.page("POST /console/mails/resend", HELP)
def post_mail_again(request: ConsoleRequest) -> Answer:
    form, action = request.http.form(), request.action("mail_resent")
    key = MailKey(form.get("member", ""), form.get("kind", ""), form.get("topic", ""))
    resend_mail(key, action)
    back = urlencode({"member": form.get("shown", ""), "said": "mail_resent"})
    return Answer(None, 303, {"location": f"/console/mails?{back}"})


@handler.page("GET /console/settings/preview/{kind}", LOOK)
def get_preview(request: ConsoleRequest) -> Answer:
    """A page or a mail as it looks with the saved settings, or with those in the query."""
    kind, language = request.http.path("kind"), request.http.query("mail_language")
    language = language if language in LANGUAGES else request.language
    settings = _tried_settings(request, find_settings().settings, kind, language)
    if kind in PAGES:
        html = render_sample(kind, language, settings)
        policy = {"content-security-policy": f"{security_policy()}; {NO_FORMS}"}
        return html_answer(html, language, headers=policy)
    if kind in SAMPLES:
        html = compose_sample(kind, language, settings)[2]
        return Answer(html, headers={"content-security-policy": ONLY_SHOWS}, content_type=HTML)
    raise NotFound("no_preview", "There is no preview of this.")


def _tried_settings(
    request: ConsoleRequest, saved: OwnerSettings, kind: str, language: str
) -> OwnerSettings:
    """The settings with what the query tries out. Raises `InvalidDocument`."""
    tried: Mapping[str, str] = request.http.queries
    fields = owner_forms.look_fields(tried)
    if {"subject", "intro"} & tried.keys():
        wording = {**tried, "kind": kind, "mail_language": language}
        fields |= owner_forms.wording_fields(wording, saved)
    return owner_forms.check(saved, fields)


@handler.page("GET /console/setup", LOOK)
def get_setup(request: ConsoleRequest) -> Answer:
    seen = sightings.list_sightings()
    hooks = setup.list_hooks(secrets.document(), seen)
    return request.page(
        "setup.html",
        steps=setup.list_steps(request.http, hooks, seen),
        hooks=hooks,
        preview=preview_order(load_program(), request.http.now, request.language),
        code=setup.newest_code(),
        base=setup.base_url(),
        snippet=setup.snippet_lines(),
        mails=setup.mails_are_sent(),
    )


@handler.page("POST /console/setup/{step}", OWN, form_on="GET /console/setup")
def post_step(request: ConsoleRequest) -> Answer:
    step, now = request.http.path("step"), request.http.now
    if step == "click":
        setup.make_test_click(request.http.form().get("code", ""), now)
    elif step == "order":
        setup.tell_test_order(request.http.form().get("code", ""), now)
    else:
        raise NotFound("no_such_step", "There is no button for this step.")
    return request.redirect(SETUP, f"test_{step}")


def _save(request: ConsoleRequest, fields: owner_forms.Fields, page: str) -> Answer:
    owner_forms.save(request.http.form().get("seen", ""), fields, _action(request))
    return request.redirect(page, "saved")


def _action(request: ConsoleRequest) -> StaffAction:
    return request.action("settings_changed", request.reason(required=False))

"""Replaces webhook secrets and API keys. For a time the old one stays valid beside the new one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from local.operations.deployed_stack import CannotOperate, load_stack, refusals
from local.operations.live_tables import use_stack
from local.operations.secret_document import PEPPER, read_secrets, write_secrets
from shared.domain.staff_action import StaffAction
from shared.problem import NotFound

OIDC = "oidc"
SHORTEST = 16
OPERATOR = "operator"
"""The name in the audit log: a person with AWS credentials, whom CloudTrail can identify."""


def rotate_secret(name: str, which: str, new: str, say: Callable[[str], None]) -> int:
    """Adds a new webhook secret of the provider `which`, or replaces the one for OpenID Connect
    (`oidc`). Returns 0.

    The functions use it within five minutes. The previous webhook secret stays valid until
    `finish_rotation`. Raises `NoStack` or `CannotOperate`.
    """
    _check(which, new)
    stack = load_stack(name)
    with refusals(f"the secret {which} of stack {name}"):
        before = read_secrets(stack)
        old = (before.get(which) or "").split()
        still_valid = old[:1] if which != OIDC else []
        if new in old:
            raise CannotOperate(f"this secret of {which} is already in use; create a new one")
        write_secrets(stack, before, {**before, which: " ".join([new, *still_valid])})
    say(f"the new secret of {which} is accepted within five minutes")
    if still_valid:
        say(
            f"the old one is accepted too, until you run: grapevine ops rotate {which} --stack "
            f"{name} --finish"
        )
    return 0


def finish_rotation(name: str, which: str, say: Callable[[str], None]) -> int:
    """Removes all secrets of the provider `which` except the newest. Returns 0; raises `NoStack` or
    `CannotOperate`.
    """
    _check_name(which)
    stack = load_stack(name)
    with refusals(f"the secret {which} of stack {name}"):
        before = read_secrets(stack)
        newest = (before.get(which) or "").split()[:1]
        if not newest:
            raise CannotOperate(f"{which} has no secret yet; give one with --secret-file")
        write_secrets(stack, before, {**before, which: newest[0]})
    say(f"within five minutes only the newest secret of {which} is accepted")
    return 0


def rotate_key(name: str, prefix: str, overlap: timedelta, say: Callable[[str], None]) -> int:
    """Makes an API key with the scope of the key that begins with `prefix`, prints it, and returns
    0.

    The old key stays valid for `overlap`. Raises `NoStack` or `CannotOperate`.
    """
    # Imported late: it takes half a second, and other operations should not wait for it.
    from shared.api.key_management import replace_key
    from shared.store import engine

    use_stack(name)
    with refusals(f"the keys of stack {name}"):
        engine.open_tables()
        action = StaffAction(OPERATOR, "key_replaced", datetime.now(UTC))
        try:
            made = replace_key(prefix, overlap, action)
        except NotFound:
            raise CannotOperate(
                f"no key starts with {prefix}; GET /v1/keys lists the keys"
            ) from None
    say(str(made["key"]))
    return 0


def _check_name(which: str) -> None:
    from shared.webhooks import PROVIDERS

    if which == PEPPER:
        raise CannotOperate(
            "the pepper is the key of every stored email hash; with a new one no guest would "
            "be recognised. It is never rotated. Keep its backup with your other secrets"
        )
    if which not in {*PROVIDERS, OIDC}:
        raise CannotOperate(
            f"there is no secret {which}; choose one of: {', '.join(PROVIDERS)}, {OIDC}"
        )


def _check(which: str, new: str) -> None:
    _check_name(which)
    if len(new) < SHORTEST or len(new.split()) != 1:
        raise CannotOperate(
            f"a secret must be one word of at least {SHORTEST} characters, so that it cannot be "
            "guessed"
        )

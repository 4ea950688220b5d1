"""Secrets and keys replaced, each with a time in which the old one still counts."""

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
"""Whom the audit log names: a person with AWS credentials, whom CloudTrail knows."""


def rotate_secret(name: str, which: str, new: str, say: Callable[[str], None]) -> int:
    """From now on both sign; functions know within five minutes. Raises `CannotOperate`."""
    _check(which, new)
    stack = load_stack(name)
    with refusals(f"the secret {which} of stack {name}"):
        before = read_secrets(stack)
        old = (before.get(which) or "").split()
        kept = old[:1] if which != OIDC else []
        if new in old:
            raise CannotOperate(f"this secret of {which} counts already; make a new one")
        write_secrets(stack, before, {**before, which: " ".join([new, *kept])})
    say(f"the new secret of {which} counts within five minutes")
    if kept:
        say(
            f"the old one counts, too, until you type: grapevine ops rotate {which} --stack {name}"
            " --finish"
        )
    return 0


def finish_rotation(name: str, which: str, say: Callable[[str], None]) -> int:
    """Only the newest secret is left."""
    _check_name(which)
    stack = load_stack(name)
    with refusals(f"the secret {which} of stack {name}"):
        before = read_secrets(stack)
        newest = (before.get(which) or "").split()[:1]
        if not newest:
            raise CannotOperate(f"{which} has no secret yet; give one with --secret-file")
        write_secrets(stack, before, {**before, which: newest[0]})
    say(f"only the newest secret of {which} counts, within five minutes")
    return 0


def rotate_key(name: str, prefix: str, overlap: timedelta, say: Callable[[str], None]) -> int:
    """A new API key like the one that begins so; it is printed once."""
    # Takes half a second, which other operations should not wait for.
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
                f"no key begins with {prefix}; GET /v1/keys lists those that there are"
            ) from None
    say(str(made["key"]))
    return 0


def _check_name(which: str) -> None:
    from shared.webhooks import PROVIDERS

    if which == PEPPER:
        raise CannotOperate(
            "the pepper is the key of every e-mail hash that is stored: a new one knows no guest"
            " again. It is never rotated; keep its backup where you keep your other secrets"
        )
    if which not in {*PROVIDERS, OIDC}:
        raise CannotOperate(
            f"there is no secret {which}; choose of: {', '.join(PROVIDERS)}, {OIDC}"
        )


def _check(which: str, new: str) -> None:
    _check_name(which)
    if len(new) < SHORTEST or len(new.split()) != 1:
        raise CannotOperate(
            f"a secret is one word of at least {SHORTEST} characters; this one would be guessed"
        )

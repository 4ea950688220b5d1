"""`grapevine doctor`: checks if a system is set up correctly, and says what to do if it is not."""

import argparse

from local.doctor.diagnosis import FAULT, Diagnosis
from local.doctor.outside import Address, look_from_outside
from local.operations.deployed_stack import CannotOperate, NoStack, load_stack

HELP = "check that a system is set up correctly; exits 1 if something is wrong"
REFUSALS = (CannotOperate, NoStack)


def declare(parser: argparse.ArgumentParser) -> None:
    system = parser.add_mutually_exclusive_group(required=True)
    system.add_argument(
        "--stack", metavar="NAME", help=("check a deployed stack from outside and inside")
    )
    system.add_argument(
        "--url", help=("check the system at this address, such as http://127.0.0.1:8000")
    )
    parser.add_argument(
        "--origin", help="origin of the shop's pages (default: the stack's first ShopOrigins)"
    )
    parser.add_argument("--code", help="an advocate's code, to test a link; this records one click")
    parser.add_argument(
        "--cookie-domain",
        metavar="DOMAIN",
        help="domain that the shop's pages and links share (default: the stack's CookieDomain)",
    )


def execute(arguments: argparse.Namespace) -> int:
    if arguments.stack:
        findings = _look_at_stack(arguments)
    else:
        url = arguments.url.rstrip("/")
        domain = arguments.cookie_domain or ""
        findings = look_from_outside(Address(url, arguments.origin or url, arguments.code, domain))
    for finding in findings:
        print(finding)
    faults = sum(finding.verdict == FAULT for finding in findings)
    print(f"{len(findings)} looked at, {faults or 'no'} fault{'' if faults == 1 else 's'}")
    return 1 if faults else 0


def _look_at_stack(arguments: argparse.Namespace) -> list[Diagnosis]:
    from local.doctor.inside import look_inside

    stack = load_stack(arguments.stack)
    url = stack.parameters.get("BaseUrl")
    if not url:
        raise CannotOperate(
            f"stack {stack.name} has no parameter BaseUrl; is it a Grapevine stack?"
        )
    origin = arguments.origin or stack.parameters.get("ShopOrigins", "").partition(",")[0]
    domain = arguments.cookie_domain or stack.parameters.get("CookieDomain", "")
    address = Address(url, origin, arguments.code, domain)
    return [*look_from_outside(address), *look_inside(stack)]

"""What staff types: amounts that are not sure, adjustments that nobody has seen."""

from tests.mutants.mutant import Mutant

AMOUNTS = "tests/console/test_amounts.py"
MUTANTS = (
    Mutant(
        "typed amounts: three digits behind the other mark are not guessed to be thousands",
        "shared/console/amounts.py",
        "if mark == get_group_symbol(locale) and not takes_three:",
        "if not takes_three:",
        AMOUNTS,
    ),
    Mutant(
        "typed amounts: three digits behind the other mark are not guessed to be decimals",
        "shared/console/amounts.py",
        "if mark == get_decimal_symbol(locale) and takes_three:",
        "if takes_three:",
        AMOUNTS,
    ),
    Mutant(
        "typed amounts: a form with one that is not sure is not saved",
        "shared/console/program_form.py",
        "fields.finish()",
        "pass",
        "tests/functions/test_program_form.py",
    ),
    Mutant(
        "typed amounts: an adjustment counts once its author has seen it as it was understood",
        "functions/serve_console_members.py",
        "if not typed.is_confirmed:",
        "if False:",
        "tests/functions/test_serve_console_members.py",
    ),
)

"""What the golden items of release 0.2.0 say, by the names of their files in `0.2.0/items`."""

from tests.golden.golden_item import GoldenItem
from tests.golden.v0_2_0.attributions import ATTRIBUTIONS
from tests.golden.v0_2_0.ledger import LEDGER
from tests.golden.v0_2_0.programs import PROGRAMS

ITEMS: dict[str, GoldenItem] = {**ATTRIBUTIONS, **LEDGER, **PROGRAMS}

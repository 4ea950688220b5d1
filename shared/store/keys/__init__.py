"""Every key of every table, beside the question that it answers.

A key is made here and nowhere else.
"""

from shared.store.keys.attributions import *  # noqa: F403
from shared.store.keys.console import *  # noqa: F403
from shared.store.keys.key import Key as Key
from shared.store.keys.ledger import *  # noqa: F403
from shared.store.keys.programs import *  # noqa: F403

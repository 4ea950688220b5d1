"""All keys of all tables. The docstring of each key is the question that it answers.

Keys are built only in this package.
"""

from shared.store.keys.attributions import *  # noqa: F403
from shared.store.keys.console import *  # noqa: F403
from shared.store.keys.key import Key as Key
from shared.store.keys.ledger import *  # noqa: F403
from shared.store.keys.programs import *  # noqa: F403

"""The functions that Lambda calls.

Garbage collection is switched off while a function starts, because nothing created then becomes
garbage, and collecting takes a tenth of the start. `shared.invocation.make_ready` switches it on
again.
"""

import gc

gc.disable()

"""What Lambda calls. Nothing that is made while a function starts is garbage, and looking for some
takes a tenth of the start: `shared.invocation.make_ready` has it looked for again.
"""

import gc

gc.disable()

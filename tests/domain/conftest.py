"""Every random failure prints what repeats it; `--hypothesis-profile deep` looks longer."""

from hypothesis import settings

settings.register_profile("default", print_blob=True, deadline=None)
settings.register_profile("deep", print_blob=True, deadline=None, max_examples=2_000)
settings.load_profile("default")

"""What holds for every test: the same invented examples each time, so that a run can be repeated.

`make proof` and HYPOTHESIS_PROFILE=night draw others, and many more of them.
"""

import os

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("night", max_examples=3_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

"""How many examples Hypothesis tries: few, the same in every run; with HYPOTHESIS_PROFILE=long many, others in each."""

import os

from hypothesis import HealthCheck, settings

always = settings(deadline=None, suppress_health_check=list(HealthCheck))
settings.register_profile("few", always, derandomize=True, max_examples=40)
settings.register_profile("long", always, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "few"))
# For what asks the whole portal once an example.
a_quarter = settings(max_examples=settings.default.max_examples // 4)  # type: ignore[union-attr]

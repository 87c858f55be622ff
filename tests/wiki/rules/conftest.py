"""Property tests here are many and small: a hundred examples each, without a clock."""

from hypothesis import settings

settings.register_profile("rules", max_examples=100, deadline=None, database=None)
settings.load_profile("rules")

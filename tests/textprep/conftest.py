"""Settings of the property tests: no deadline, because the first call of a kernel compiles it."""

from hypothesis import settings

settings.register_profile("textmill", deadline=None, derandomize=True)
settings.load_profile("textmill")

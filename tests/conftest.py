"""What all tests share: hypothesis looks for wrong answers; how long one takes is no part of it."""

from hypothesis import settings

# On a machine that is busy with the other half of the suite, any example may take a while.
settings.register_profile("storeloop", deadline=None)
settings.load_profile("storeloop")

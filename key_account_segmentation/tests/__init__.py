from . import test_samples

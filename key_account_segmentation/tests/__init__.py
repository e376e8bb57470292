from . import test_facts
from . import test_rules
from . import test_samples
from . import test_tour

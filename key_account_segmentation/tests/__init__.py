from . import (
    test_demo_plan,
    test_facts,
    test_policy,
    test_random_portfolios,
    test_reconciliation,
    test_rights,
    test_rules,
    test_run,
    test_samples,
    test_stale,
    test_tour,
    test_views,
)

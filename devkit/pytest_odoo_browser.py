# SPDX-License-Identifier: LGPL-3.0-only
"""A pytest plugin: a browser test that is skipped fails.

Without Chrome or websocket-client, Odoo skips its browser tests in silence; a green run would have tested nothing.
"""

import pytest

from odoo.tests import HttpCase


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """Turn a skip of a browser test into a failure."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and issubclass(getattr(item, "cls", None) or object, HttpCase):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"A browser test may not be skipped: {reason}"

# SPDX-License-Identifier: LGPL-3.0-only
"""What ./dev neighbours reads out of Odoo's log, whom it blames, and what it says to somebody who mistypes."""

import pytest

from devkit import neighbours_log
from devkit.say import Failure

LOG = """\
2026-03-02 19:01:00,499 7 INFO kas odoo.addons.crm.tests.test_crm_ui: Starting TestUi.test_03_forecast ...
2026-03-02 19:01:11,425 7 ERROR kas odoo.addons.crm.tests.test_crm_ui.TestUi.test_03_forecast.browser: FAILED: [21/21] Tour
---------- FAILED: [21/21] Tour crm_forecast ----------
2026-03-02 19:01:11,950 7 INFO kas odoo.addons.crm.tests.test_crm_ui: ======================================
2026-03-02 19:01:11,950 7 ERROR kas odoo.addons.crm.tests.test_crm_ui: FAIL: TestUi.test_03_forecast
Traceback (most recent call last):
AssertionError: The test code failed
2026-03-02 19:01:12,954 7 INFO kas odoo.addons.crm.tests.test_lead: skipped TestLead.test_stage : not here
2026-03-02 19:01:13,000 7 ERROR kas odoo.addons.crm.tests.test_lead: FAIL: Subtest TestLead.test_won (stage='a')
AssertionError: 1 != 2
2026-03-02 19:01:13,100 7 ERROR kas odoo.addons.crm.tests.test_lead: ERROR: Subtest TestLead.test_won (stage='b')
ValueError: b
2026-03-02 19:01:14,000 7 ERROR kas odoo.tests.suite: ERROR: setUpClass (odoo.addons.sale.tests.test_order.TestOrder)
KeyError: 'chart'
2026-03-02 19:01:15,000 7 ERROR kas odoo.sql_db: bad query: SELECT
2026-03-02 19:01:16,027 7 ERROR kas odoo.tests.result: 2 failed, 2 error(s) of 47 tests when loading database 'kas'
"""


def result(*failures, count=9):
    return neighbours_log.Result(count, 0, dict.fromkeys(failures, "said"))


def test_failed_tests_bear_the_names_that_odoo_takes():
    read = neighbours_log.result_of(LOG)
    assert (read.count, read.skipped) == (47, 1)
    assert list(read.failures) == ["/crm:TestUi.test_03_forecast", "/crm:TestLead.test_won", "/sale:TestOrder"]
    assert "The test code failed" in read.failures["/crm:TestUi.test_03_forecast"]
    assert all(word in read.failures["/crm:TestLead.test_won"] for word in ("1 != 2", "ValueError: b"))


def test_a_log_without_a_result_is_a_failure():
    with pytest.raises(Failure, match="without a word on its tests"):
        neighbours_log.result_of("2026-03-02 19:01:15,000 7 CRITICAL kas odoo.service.server: out of memory\n")


def verdicts(first, *more):
    """The verdicts on a first result when running again gives these, one after another; and what ran again where."""
    left, asked = list(more), []

    def run_again(where, names):
        asked.append((where, names))
        return left.pop(0)

    return neighbours_log.verdicts(first, run_again), asked


def test_nothing_runs_again_when_nothing_failed():
    assert verdicts(result()) == ({}, [])


def test_what_fails_without_us_too_is_not_ours():
    told, asked = verdicts(result("/a:T.x"), result("/a:T.x", count=1))
    assert told == {"/a:T.x": neighbours_log.KNOWN}
    assert asked == [("without", ["/a:T.x"])]


def test_only_what_fails_again_beside_us_is_ours():
    told, asked = verdicts(
        result("/a:T.known", "/a:T.once", "/a:T.ours"), result("/a:T.known", count=3), result("/a:T.ours", count=2)
    )
    assert told == {
        "/a:T.known": neighbours_log.KNOWN,
        "/a:T.once": neighbours_log.PASSES_ALONE,
        "/a:T.ours": neighbours_log.BROKEN,
    }
    assert asked[1:] == [("beside", ["/a:T.once", "/a:T.ours"])]


def test_a_word_that_names_no_suite_is_answered_with_those_there_are(dev):
    done = dev("neighbours", "--only", "acount")
    assert done.returncode == 1
    assert "No suite is named like 'acount'. There are: crm, lint, oca, account." in done.stderr

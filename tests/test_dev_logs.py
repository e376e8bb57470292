# SPDX-License-Identifier: LGPL-3.0-only
"""A warning or an error in Odoo's log, of whatever part of it, fails the tests; so does what the browser says."""

import pytest

from devkit import testing
from devkit.logs import complaints_in
from devkit.workplace import set_up

HEAD = "2026-01-01 10:00:00,000 7 {} db {}: {}\n"
BROWSER = "odoo.addons.key_account_segmentation.tests.test_tour.TestTour.test_walk.browser"
TRACEBACK = "Traceback (most recent call last):\nValueError: why\n"


@pytest.fixture(scope="module")
def workplace():
    """The workplace."""
    return set_up()


@pytest.mark.parametrize(
    ("level", "logger", "message"),
    [
        ("WARNING", "odoo.addons.key_account_segmentation.models.x", "no"),
        ("WARNING", "odoo.modules.loading", "no access rules"),
        ("ERROR", "odoo.sql_db", "bad query"),
        ("CRITICAL", "odoo.service.server", "out of memory"),
        ("WARNING", BROWSER, "The widget: date don't support the type datetime"),
    ],
)
def test_a_warning_is_a_complaint_with_what_belongs_to_it(workplace, tmp_path, capsys, level, logger, message):
    quiet = HEAD.format("INFO", "odoo", "fine")
    log = tmp_path / "log"
    log.write_text(quiet + HEAD.format(level, logger, message) + TRACEBACK + quiet)
    told = complaints_in(workplace, log.read_text())
    assert message in told
    assert "ValueError: why" in told
    assert "fine" not in told
    assert testing.show_complaints(workplace, [log])
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    "log",
    [
        "",
        HEAD.format("INFO", "odoo.addons.key_account_segmentation", "WARNING is only a word here"),
        HEAD.format("WARNING", BROWSER, "Missing widget: res_partner_many2one for field of type many2one"),
    ],
)
def test_no_complaint(workplace, tmp_path, log):
    (tmp_path / "log").write_text(log)
    assert complaints_in(workplace, log) == ""
    assert not testing.show_complaints(workplace, [tmp_path / "log", tmp_path / "no log"])

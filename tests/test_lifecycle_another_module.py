# SPDX-License-Identifier: LGPL-3.0-only
"""Another module adds a fact, an axis, a type and a kind of follow-up without touching ours, and goes without a trace."""

from datetime import date
from pathlib import Path

import pytest
from lifecycle import picture, stage

from devkit import databases
from devkit.cache import NAME
from devkit.invoices import prepared_documents, read_documents
from devkit.logs import complaints_in
from devkit.workplace import SCRIPTS, set_up

ADDONS = Path(__file__).parent / "addons"
MODULE = "key_account_big_days"
USED = databases.passing_name("another")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def workplace():
    """A database with our module and three years of invoices; removed afterwards."""
    workplace = set_up()
    try:
        stage.bare_database(workplace, USED)
        documents = prepared_documents(read_documents(stage.ORACLE), date.today())
        stage.play(workplace, USED, SCRIPTS / "load_invoices.py", input=documents, text=True)
        stage.install(workplace, USED, NAME)
        yield workplace
    finally:
        databases.drop(workplace, USED)


@pytest.fixture(scope="module")
def configuration(workplace):
    return stage.with_addons(workplace, USED, ADDONS)


@pytest.fixture(scope="module")
def before(workplace):
    """The schema without the other module."""
    return picture.schema(workplace, USED)


@pytest.fixture(scope="module")
def told(workplace, before, configuration):
    """What the other module's additions did."""
    log = stage.install(workplace, USED, MODULE, configuration=configuration)
    assert complaints_in(workplace, log) == ""
    return stage.play(workplace, USED, "use_big_days", configuration=configuration)


def test_its_fact_is_refreshed_from_documents(told):
    assert told["wrong"] == []
    assert told["customers"] >= told["with_a_day"] > 5


def test_its_type_is_suggested_by_its_rule_with_its_reason(told):
    assert told["typed"] == told["large"] != []
    assert "One day brought" in told["reason"]


def test_its_axis_places_customers(told):
    assert told["x"] == ["big_day_12m", True, told["customers"]]


def test_its_kind_is_followed_up(told):
    assert told["planned"] > 0
    assert told["summaries"] == ["Ask when the next big order comes"]


def test_its_fact_is_kept_with_changes(told):
    assert told["in_history"]


def test_it_goes_without_a_trace(workplace, told, before, configuration):
    log = stage.uninstall(workplace, USED, MODULE, configuration)
    assert complaints_in(workplace, log) == ""
    assert picture.differences(before, picture.schema(workplace, USED)) == {}
    left = "SELECT model, name FROM ir_model_data WHERE module = %s"
    assert databases.execute(workplace, left.replace("%s", f"'{MODULE}'"), database=USED) == []
    after = stage.play(workplace, USED, "without_big_days")
    assert after["state"] == "done"
    assert "big_day_12m" in after["message"], "the policy names an axis that is gone: the refresh says so"
    assert after["x"] != "big_day_12m"
    assert [after[name] for name in ("types", "rules", "follow_ups", "activities")] == [0, 0, 0, 0]

# SPDX-License-Identifier: LGPL-3.0-only
"""Documents no calculation can bear: their customers are skipped and named, all others are refreshed."""

from datetime import date, timedelta

import pytest
from faults.portfolio import TRIGGER, differences
from faults.worker import Server, start_script

pytest_plugins = ["faults.fixtures"]
pytestmark = pytest.mark.slow

ADD = """
INSERT INTO account_move (company_id, journal_id, currency_id, move_type, state, date, invoice_date, partner_id,
                          commercial_partner_id, amount_untaxed_signed, auto_post, name, ref)
SELECT company_id, journal_id, currency_id, 'out_invoice', 'posted', date, %(day)s, partner_id,
       commercial_partner_id, %(amount)s::numeric, 'no', GEN_RANDOM_UUID()::text, 'poison'
  FROM account_move
 WHERE commercial_partner_id = %(partner)s
 LIMIT 1
"""
FAILURES = """
SELECT failure.partner_id, failure.reason
  FROM key_account_run_failure AS failure
  JOIN key_account_run AS run
    ON run.id = failure.run_id
 WHERE run.cause = %s
"""
MARK = """
INSERT INTO key_account_stale (company_number, partner_number)
SELECT DISTINCT company_id, commercial_partner_id FROM account_move;
"""
#: (amount, days) of documents, and what the reason speaks of
RECENTLY = date.today() - timedelta(days=40)
POISONS = (
    ([("1e400", RECENTLY)], "amount"),
    ([("-1e400", RECENTLY)], "amount"),
    ([("NaN", RECENTLY)], "amount"),
    ([("Infinity", RECENTLY)], "amount"),
    ([("-Infinity", RECENTLY)], "amount"),
    ([("1e308", RECENTLY), ("1e308", RECENTLY)], "amount"),
    ([("1e308", RECENTLY), ("-1e308", RECENTLY)], "amount"),
    ([("5", "-infinity")], "date"),
    ([("5", "0044-03-15 BC")], "date"),
    ([("-5", "0044-03-15 BC"), ("5", "4713-01-01 BC")], "date"),
    ([("1e400", RECENTLY)], "amount"),
)
#: Odd, but no obstacle: what is dated in the future does not count yet, and a date without a purchase is none to tell.
HARMLESS = (("5", "9999-12-31"), ("5", "infinity"), ("5", "0001-01-01"), ("-5", "-infinity"), ("-5", "0044-03-15 BC"))


@pytest.fixture
def server(fresh_portfolio):
    """A server with a worker for scheduled actions."""
    with Server(fresh_portfolio) as server:
        yield server


@pytest.fixture
def sides(fresh_portfolio, server):
    """What a refresh makes of the documents as they are, and as they swing to; the first stays in place."""
    worked_out = []
    for _side in range(3):
        server.refresh_all()
        worked_out.append(fresh_portfolio.reference())
        fresh_portfolio.swing()
    fresh_portfolio.swing()
    return worked_out[:2]


@pytest.fixture
def poisoned(fresh_portfolio, sides):
    """Customers with documents that cannot be calculated with: partner id -> what the reason speaks of."""
    old, new = (side.figures.keys() for side in sides)
    customers = [*sorted(old & new)[:: len(old & new) // (len(POISONS) - 1)], min(new - old)]
    for partner, (documents, _word) in zip(customers, POISONS, strict=True):
        add_documents(fresh_portfolio, partner, documents)
    return {partner: word for partner, (_documents, word) in zip(customers, POISONS, strict=True)}


def add_documents(portfolio, partner, documents):
    for amount, day in documents:
        portfolio.run(ADD, partner=partner, amount=amount, day=day)


def require_named(portfolio, cause, poisoned):
    """Exactly the poisoned customers are named by the runs of that cause, each with a reason that fits."""
    reasons = dict(portfolio.rows(FAILURES, cause))
    assert reasons.keys() == poisoned.keys()
    assert {partner: reasons[partner] for partner, word in poisoned.items() if word not in reasons[partner]} == {}


def open_screens(portfolio, *arguments):
    """Every screen with these customers, as the web client opens it."""
    assert start_script(portfolio, "screens.py", *arguments).wait() == 0


def test_poisoned_customers_are_skipped_until_they_are_healed(fresh_portfolio, server, sides, poisoned):
    portfolio, (old, new) = fresh_portfolio, sides
    kept = {partner: figures for partner, figures in old.figures.items() if partner in poisoned}
    healthy = {partner: figures for partner, figures in new.figures.items() if partner not in poisoned}
    portfolio.swing()
    server.refresh_all()
    require_named(portfolio, "schedule", poisoned)
    assert differences(portfolio.figures(), {**healthy, **kept}) == []
    portfolio.run(MARK, TRIGGER, cron=portfolio.crons["stale"])
    server.work_until("only poisoned customers are marked", lambda: portfolio.marked() == set(poisoned))
    require_named(portfolio, "documents", poisoned)
    assert differences(portfolio.figures(), {**healthy, **kept}) == []
    portfolio.run("DELETE FROM account_move WHERE ref = 'poison'", TRIGGER, cron=portfolio.crons["stale"])
    server.finish_marked()
    assert differences(portfolio.figures(), new.figures) == []
    server.refresh_all()
    assert differences(portfolio.reference(), new) == []


def test_screens_of_poisoned_customers_open(fresh_portfolio, server, sides, poisoned):
    server.refresh_all()
    open_screens(fresh_portfolio, "skipped", *(partner for partner in poisoned if partner in sides[0].figures))


def test_odd_documents_are_no_obstacle(fresh_portfolio, server):
    portfolio = fresh_portfolio
    server.refresh_all()
    customers = sorted(portfolio.figures())[::500][: len(HARMLESS)]
    for partner, document in zip(customers, HARMLESS, strict=True):
        add_documents(portfolio, partner, [document])
    server.refresh_all()
    require_named(portfolio, "schedule", {})
    open_screens(portfolio, "worked_out", *customers)

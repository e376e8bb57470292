# SPDX-License-Identifier: LGPL-3.0-only
"""What Odoo's log says of the tests it ran: how many, which failed, which of them only beside us."""

import re
from dataclasses import dataclass

from .run import last_lines
from .say import Failure

RECORD = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) \S+ (?P<logger>[\w.]+): (?P<message>.*)"
)
MODULE = re.compile(r"odoo\.addons\.(?P<module>\w+)\.tests\b")
FAILED_TEST = re.compile(r"(?:FAIL|ERROR): (?:Subtest )?(?:[\w.<>]+\.)?(?P<test>\w+\.\w+)(?= |$)")
FAILED_CLASS = re.compile(r"ERROR: \w+Class \(odoo\.addons\.(?P<module>\w+)\.tests\.(?:[\w.<>]+\.)?(?P<test>\w+)\)")
SUMMARY = re.compile(r"\d+ failed, \d+ error\(s\) of (?P<count>\d+) tests")

KNOWN = "fails without the other, too"
PASSES_ALONE = "failed once, but passes when it runs alone"
BROKEN = "fails only side by side"


@dataclass(frozen=True)
class Result:
    """How many tests ran and were skipped, and what each failed one said."""

    count: int
    skipped: int
    failures: dict[str, str]


def result_of(log):
    """The result in a server log. A failed test bears the name that --test-tags takes.

    >>> head = "2026-01-01 10:00:00,000 7"
    >>> result_of(f'''{head} INFO db odoo.addons.crm.tests.test_lead: Starting TestLead.test_won ...
    ... {head} ERROR db odoo.addons.crm.tests.test_lead: FAIL: TestLead.test_won
    ... AssertionError: 1 != 2
    ... {head} INFO db odoo.tests.result: 1 failed, 0 error(s) of 3 tests when loading database 'db'
    ... ''')
    Result(count=3, skipped=0, failures={'/crm:TestLead.test_won': 'FAIL: TestLead.test_won\\nAssertionError: 1 != 2'})

    :raise Failure: Odoo ended before it could tell
    """
    records = list(records_of(log))
    told = [SUMMARY.match(text) for _level, logger, text in records if logger == "odoo.tests.result"]
    if not any(told):
        raise Failure(f"Odoo ended without a word on its tests.\nIt said at the end:\n{last_lines(log)}")
    failures = {}
    for level, logger, text in records:
        name = level == "ERROR" and failed_name(logger, text)
        if name:
            failures[name] = "\n".join(filter(None, (failures.get(name), text)))
    count = sum(int(match["count"]) for match in told if match)
    return Result(count, sum(is_skip(logger, text) for _level, logger, text in records), failures)


def records_of(log):
    """The records of a server log as (level, logger, text); a text keeps the lines that belong to it.

    >>> list(records_of("2026-01-01 10:00:00,000 7 ERROR db odoo.x: no\\nbecause"))
    [('ERROR', 'odoo.x', 'no\\nbecause')]
    """
    record = None
    for line in log.splitlines():
        match = RECORD.match(line)
        if match:
            if record:
                yield record
            record = match.groups()
        elif record:
            level, logger, text = record
            record = (level, logger, f"{text}\n{line}")
    if record:
        yield record


def failed_name(logger, text):
    """The name of the test (of the class, where its set-up failed) that an ERROR record is about, or None.

    >>> failed_name("odoo.addons.sale.tests.test_order", "ERROR: Subtest TestOrder.test_tax (rate=5)")
    '/sale:TestOrder.test_tax'
    >>> failed_name("unittest.suite", "ERROR: setUpClass (odoo.addons.sale.tests.test_order.TestOrder)")
    '/sale:TestOrder'
    >>> failed_name("odoo.addons.sale.models.sale_order", "ERROR: TestOrder.test_tax")
    """
    by_class = FAILED_CLASS.match(text)
    if by_class:
        return f"/{by_class['module']}:{by_class['test']}"
    module, test = MODULE.match(logger), FAILED_TEST.match(text.partition("\n")[0])
    return f"/{module['module']}:{test['test']}" if module and test else None


def is_skip(logger, text):
    """Whether a record tells of a skipped test."""
    return bool(MODULE.match(logger)) and text.startswith("skipped ")


def verdicts(beside, run_again):
    """What each failed test shows, by name: it runs again, alone, first without us, then once more beside us.

    :param beside: the result of all tests beside us
    :param run_again: runs the tests of these names `beside` or `without` us; returns their result
    """
    told = dict.fromkeys(beside.failures, KNOWN)
    if told:
        told.update(dict.fromkeys(suspects(beside, run_again("without", list(told))), PASSES_ALONE))
    ours = [name for name, verdict in told.items() if verdict == PASSES_ALONE]
    if ours:
        told.update(dict.fromkeys(run_again("beside", ours).failures, BROKEN))
    return told


def suspects(beside, without):
    """The names of the tests that fail beside us and not without us, in order.

    >>> suspects(Result(3, 0, {"/a:T.x": "", "/a:T.y": ""}), Result(2, 0, {"/a:T.y": ""}))
    ['/a:T.x']

    A test whose class cannot even be set up without us fails there, too.

    >>> suspects(Result(3, 0, {"/a:T.x": ""}), Result(0, 0, {"/a:T": ""}))
    []
    """
    return [name for name in beside.failures if not {name, name.partition(".")[0]} & set(without.failures)]

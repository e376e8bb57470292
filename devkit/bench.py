# SPDX-License-Identifier: LGPL-3.0-only
"""`./dev bench`: the same trade in stock Odoo and in one with the addon, and a tenth of it beside them.

Odoo works in processes of their own (tests/bench/worker.py); here stands what they are asked, in which order.
"""

import fcntl
import json
import os
import re
import subprocess
from contextlib import contextmanager, suppress

from . import databases
from .bench_table import figures_table, machine_table
from .cache import NAME, PROJECT, cache_folder, locked
from .chromium import chromium_folder
from .say import Failure, say, step
from .workplace import SCRIPTS, free_port, log_folder, set_up

WORKER = PROJECT / "tests" / "bench" / "worker.py"
STOCK, OURS, SMALL = (f"{databases.PREFIX}_bench_{kind}" for kind in ("stock", "ours", "small"))
SMALLER = 10
#: The models of all others are that many.
FEWEST = 3
POSTED = 100
#: Invoices posted one by one before the other database has its turn: what slows the machine down meets both.
TURN = 10
#: How often what takes less time is measured while all customers are refreshed once.
POSTING_ROUNDS, SCREEN_ROUNDS, STALE_ROUNDS = 2, 5, 5
#: Customers who are to be followed up, of all.
DUE = 2000
#: What the test of the drawing tells on the browser's console.
DRAWN = re.compile(r"quadrant draw: (?P<times>[\d. ]+) ms for (?P<points>\d+) points")


def run_bench(chosen):
    """Measure, and print the table."""
    workplace = set_up("bench")
    with alone(), closing(workplace):
        figures = measure(workplace, chosen)
    print(machine_table(figures["machine"], chosen.markdown))
    print(figures_table(figures, chosen.markdown))


@contextmanager
def alone():
    """Wait for another ./dev bench: the two would measure each other."""
    with open(cache_folder() / "bench.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another ./dev bench is at work; waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def closing(workplace):
    """Remove the databases afterwards: a million invoices take gigabytes."""
    try:
        yield
    finally:
        for name in (STOCK, OURS, SMALL):
            databases.drop(workplace, name)


class Worker:
    """An Odoo process on one database that does one thing after the other."""

    def __init__(self, workplace, database):
        command = [
            workplace.python,
            str(SCRIPTS / "run_script.py"),
            str(workplace.configuration(database)),
            str(WORKER),
        ]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, env=workplace.server.variables(), **pipes)

    def ask(self, task, **arguments):
        """Have a task done (see ``TASKS`` there) and return what it gives."""
        self.begin(task, **arguments)
        return self.answer()

    def begin(self, task, **arguments):
        """Have a task begun."""
        # A process that is gone has said why; nobody hears the task, and there is no answer.
        with suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps([task, arguments]) + "\n")
            self.process.stdin.flush()

    def answer(self):
        """What the task that was begun gives."""
        line = self.process.stdout.readline()
        if not line:
            raise Failure("The bench failed; the reason stands above.")
        return json.loads(line)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if error[0]:
            self.process.terminate()
        self.process.communicate()


def measure(workplace, chosen):
    """All figures by name."""
    size = {"customers": chosen.customers, "invoices": chosen.invoices, "leads": chosen.leads}
    smaller = {name: max(FEWEST, number // SMALLER) for name, number in size.items()}
    figures = {"size": make_trade(workplace, STOCK, size), "smaller": make_trade(workplace, SMALL, smaller)}
    install(workplace)
    with step(f"Refresh {smaller['customers']:,} customers"):
        figures["small"] = measure_refresh(workplace, SMALL, smaller["customers"], chosen.runs)
    with step(f"Refresh {size['customers']:,} customers"):
        figures["large"] = measure_refresh(workplace, OURS, size["customers"], chosen.runs)
    with step("Open screens"), Worker(workplace, OURS) as worker:
        figures["machine"] = worker.ask("machine")
        figures["screens"] = worker.ask("screens", runs=SCREEN_ROUNDS * chosen.runs)
        figures["matrix"] = worker.ask("matrix", runs=SCREEN_ROUNDS * chosen.runs)
    with step("Draw the matrix"):
        figures["drawing"] = measure_drawing(workplace)
    for name, turn in (("posting", TURN), ("posting_together", POSTED)):
        with step(f"Post {POSTED} invoices, {'one by one' if turn < POSTED else 'together'}"):
            figures[name] = measure_posting(workplace, turn, POSTING_ROUNDS * chosen.runs)
    with step(f"Follow up {DUE} customers"):
        figures["follow_up"] = measure_follow_ups(workplace, min(DUE, size["customers"] // FEWEST))
    return figures


def make_trade(workplace, name, size):
    """Fill a stock database; how many there are of everything."""
    with locked():
        template = databases.template(workplace)
    databases.copy(workplace, template, name)
    words = f"Trade: {size['invoices']:,} invoices of {size['customers']:,} customers"
    with step(words), Worker(workplace, name) as worker:
        worker.ask("seed", **size)
        worker.ask("vacuum")
        return worker.ask("count")


def install(workplace):
    """Install the addon in a copy of the stock database, and in the smaller one."""
    with step("Copy the trade and install the addon"):
        databases.copy(workplace, STOCK, OURS)
        for name in (OURS, SMALL):
            workplace.run_odoo(f"Installing {NAME}", name, workplace.configuration(name), "-i", NAME)


def measure_refresh(workplace, database, customers, runs):
    """Figures of the refresh, each a list, and of what it stores."""
    figures = {"bare": [], "first": [], "memory": []}
    for _run in range(runs):
        with Worker(workplace, database) as worker:
            first = worker.ask("first")
            figures["first"].append(first["seconds"])
            figures["memory"].append(first["megabytes"])
            worker.ask("bare")
            figures["bare"].append(worker.ask("bare"))
    with Worker(workplace, database) as worker:
        worker.ask("vacuum")
        figures["sizes_first"] = worker.ask("sizes")
        figures.update(measure_again(worker, customers, runs))
        figures["sizes"] = worker.ask("sizes")
    return figures


def measure_again(worker, customers, runs):
    """Seconds of refreshes of customers who are known already."""
    unchanged = [worker.ask("refresh") for _run in range(runs)]
    nights = []
    for _run in range(runs):
        worker.ask("change", count=max(1, customers // 100))
        nights.append(worker.ask("refresh", days=1))
    # a few customers are worked out by day: by then autovacuum has cleaned up after the night
    worker.ask("vacuum")
    stale = {
        f"stale_{count}": [worker.ask("stale", count=count) for _run in range(STALE_ROUNDS * runs + 1)][1:]
        for count in (1, 100)
    }
    return {"unchanged": unchanged, "night": nights, **stale}


def measure_drawing(workplace):
    """Milliseconds of each drawing of as many customers as there are points, in Chromium."""
    browser = chromium_folder()
    variables = workplace.server.variables()
    if browser:
        variables["PATH"] = os.pathsep.join([str(browser), variables["PATH"]])
    log = log_folder() / "bench_drawing.log"
    command = workplace.odoo_command(
        "server",
        workplace.configuration(SMALL),
        "--stop-after-init",
        f"--http-port={free_port()}",
        "--test-tags=key_account_drawing",
    )
    with open(log, "w") as file:
        subprocess.run(command, env=variables, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
    told = DRAWN.search(log.read_text())
    if not told:
        raise Failure(f"The matrix was not drawn. The whole log: {log}")
    return {"milliseconds": [float(time) for time in told["times"].split()], "points": int(told["points"])}


def measure_follow_ups(workplace, due):
    """One run when so many are due, and the run after it."""
    with Worker(workplace, OURS) as worker:
        worker.ask("due", count=due)
    runs = []
    for _run in range(2):
        with Worker(workplace, OURS) as worker:
            runs.append(worker.ask("follow_up"))
    return runs


def measure_posting(workplace, turn, rounds):
    """Seconds of each round, in stock Odoo and in ours.

    :param turn: number of invoices; all of a round are one transaction, fewer are one each
    """
    with Worker(workplace, STOCK) as stock, Worker(workplace, OURS) as ours:
        for worker in (stock, ours):
            worker.begin("prepare", count=turn + POSTED * rounds)
        for worker in (stock, ours):
            worker.answer()
            worker.ask("post", count=turn, together=turn == POSTED)
        times = [post_round(stock, ours, turn, number) for number in range(rounds)]
        return dict(zip(("stock", "ours"), zip(*times, strict=True), strict=True))


def post_round(stock, ours, turn, number):
    """Seconds in stock Odoo and in ours to post the invoices of a round; who begins changes from turn to turn."""
    taken = {stock: 0, ours: 0}
    for place in range(POSTED // turn):
        for worker in (stock, ours) if (number + place) % 2 else (ours, stock):
            taken[worker] += worker.ask("post", count=turn, together=turn == POSTED)
    return taken[stock], taken[ours]

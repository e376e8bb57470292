# SPDX-License-Identifier: LGPL-3.0-only
"""The documents of the demo company, planned for any day: who buys what, when, and for how much.

Everything follows from the day the demo is installed, so that on each of them the same customers are monthly, late,
seasonal or lost. Nothing here knows of Odoo; ``build.py`` turns the plan into posted documents.
"""

from collections.abc import Callable
from datetime import date, timedelta
from math import sin
from random import Random
from typing import NamedTuple

from ..tools.months import add_months, day_in_month, month_number

HISTORY_MONTHS = 36

#: Price of one unit, by the name of the product's demo record; artwork and plates come now and then on top.
PRICES = {
    "product_labels": 38.5,
    "product_linerless": 52.0,
    "product_sleeves": 64.0,
    "product_folding_boxes": 96.0,
    "product_cartons": 120.0,
    "product_seals": 45.0,
    "product_wristbands": 29.0,
}
ARTWORK, ARTWORK_PRICE = "product_artwork", 480.0

#: The two companies, and the currency each keeps its books in.
HOME_CURRENCY = {"main": "USD", "europe": "EUR"}


class Document(NamedTuple):
    """An invoice or a credit note; amounts without tax in the document's currency, above zero for both."""

    company: str
    customer: str
    contact: str
    move_type: str
    day: date
    currency: str
    lines: tuple
    paid_on: date | None
    #: the day it is reversed in full, as if it had never been
    reversed_on: date | None = None

    @property
    def amount(self):
        """Untaxed total."""
        return round(sum(quantity * price for product, quantity, price in self.lines), 2)


class Habit(NamedTuple):
    """How one customer buys from one company.

    ``days`` gives the invoice dates up to a day, newest first. ``amount`` is a usual invoice of today, which
    ``growth`` (a fraction a year) made what it is. ``credits`` are (days ago, share of a usual invoice), ``mistakes``
    the days ago on which they got somebody else's invoice, reversed a day later. ``contacts`` take turns as invoice
    address. ``pays_after`` is days from invoice to money, None for somebody who does not pay.
    """

    customer: str
    days: Callable
    amount: float
    product: str = "product_labels"
    growth: float = 0.04
    contacts: tuple = ()
    credits: tuple = ()
    mistakes: tuple = ()
    currency: str = ""
    company: str = "main"
    pays_after: int | None = 34


def monthly(*days_of_month, months=HISTORY_MONTHS):
    """Invoices on the same days of each month; 31 is the last day."""

    def dates(today):
        start, this_month = add_months(today, -months), month_number(today)
        found = {day_in_month(this_month - ago, day) for ago in range(months + 1) for day in days_of_month}
        return sorted([day for day in found if start < day <= today], reverse=True)

    return dates


def weekly(weekday, months=HISTORY_MONTHS):
    """An invoice on the same day of each week (Monday is 0)."""

    def dates(today):
        start, last = add_months(today, -months), today - timedelta(days=(today.weekday() - weekday) % 7)
        return [last - timedelta(days=7 * week) for week in range((last - start).days // 7 + 1)]

    return dates


def every(months, last, history=HISTORY_MONTHS):
    """An invoice every so many months, the newest of them ``last`` days ago."""

    def dates(today):
        start, newest = add_months(today, -history), today - timedelta(days=last)
        newest = newest.replace(day=min(newest.day, 28))
        return [day for day in (add_months(newest, -ago) for ago in range(0, history, months)) if day > start]

    return dates


def restless(*days_of_month, months=HISTORY_MONTHS):
    """An invoice each month, but every month on another day."""

    def dates(today):
        start, this_month = add_months(today, -months), month_number(today)
        found = [
            day_in_month(month, days_of_month[month % len(days_of_month)])
            for month in range(this_month, this_month - months, -1)
        ]
        return [day for day in found if start < day <= today]

    return dates


def seasonal(*days):
    """Invoices on the same (month, day) of each year."""

    def dates(today):
        start = add_months(today, -HISTORY_MONTHS)
        found = [date(today.year - ago, month, day) for ago in range(4) for month, day in days]
        return sorted([day for day in found if start < day <= today], reverse=True)

    return dates


def days_ago(*days):
    """Invoices so many days before today."""
    return lambda today: [today - timedelta(days=number) for number in sorted(days)]


# fmt: off
HABITS = (
    # One customer too large for comfort, and another major one.
    Habit(
        "harvest_lane", monthly(1, 15), 56000, "product_cartons", 0.12,
        contacts=("harvest_lane_joliet", "harvest_lane_rockford"), credits=((75, 0.2), (260, 0.12)), pays_after=44,
    ),
    Habit("saltmarsh", monthly(31), 42000, "product_sleeves", 0.08, credits=((110, 0.08),), pays_after=28),
    # Every month.
    Habit("meridian", monthly(12), 27000, "product_seals", 0.05, contacts=("meridian_accounts",), pays_after=31),
    Habit("verlaine", monthly(5), 19000, "product_folding_boxes", 0.25, currency="EUR", pays_after=40),
    Habit("brookline", monthly(3, months=28), 14000, contacts=("brookline_east", "brookline_west"), pays_after=36),
    Habit("bluebird", weekly(1, months=16), 2900, "product_labels", 0.02, pays_after=9),
    Habit("northfield", monthly(20), 9000, "product_sleeves", -0.35, credits=((40, 0.3),), pays_after=52),
    Habit("kestrel", restless(4, 22, 11, 27, 16, 2, 19, months=26), 11500, "product_linerless", 1.0, pays_after=30),
    Habit("lowen_apotheke", monthly(25, months=30), 8500, "product_seals", 0.03, currency="EUR", pays_after=21),
    Habit("cascade", monthly(8), 9000, "product_folding_boxes", 0.0, pays_after=30),
    Habit("greenfork", monthly(10, months=7), 12500, "product_linerless", 0.5, contacts=("greenfork_finance",)),
    Habit("silverline", monthly(28, months=24), 6200, "product_labels", credits=((20, 0.4), (95, 0.6), (210, 0.5))),
    Habit("wildflower", monthly(17, months=20), 1400, "product_labels", 0.1, pays_after=14),
    # Every month until lately.
    Habit("pinecrest", every(1, last=46, history=24), 7600, "product_linerless", 0.06, pays_after=38),
    Habit("glasshouse", every(1, last=78, history=30), 8200, "product_labels", 0.05, pays_after=60),
    Habit("ridgeway", every(1, last=152), 6000, "product_labels", -0.1, pays_after=71),
    # Like clockwork, but not every month.
    Habit(
        "county_health", every(3, last=40), 24000, "product_seals", 0.02,
        contacts=("county_health_treasury",), pays_after=58,
    ),
    Habit("hexa", every(3, last=125), 15000, "product_labels", 0.04, pays_after=33),
    Habit("brightsmile", every(3, last=15), 4500, "product_folding_boxes", pays_after=20),
    Habit("tidewell", every(2, last=22), 8200, "product_sleeves", 0.03, pays_after=30),
    Habit("orchard_hill", every(6, last=70), 16000, "product_labels", 0.05, pays_after=35),
    Habit("paper_compass", every(12, last=120), 21000, "product_cartons", 0.05, pays_after=30),
    Habit("riverbend", every(12, last=405, history=40), 13000, "product_labels", pays_after=45),
    # In season.
    Habit("lantern_lake", seasonal((5, 6), (5, 29), (6, 19), (7, 10)), 4800, "product_wristbands", 0.1, pays_after=15),
    Habit("sunvale", seasonal((4, 4), (4, 26), (5, 17), (6, 8)), 14000, "product_sleeves", 0.06, pays_after=30),
    Habit("kringle", seasonal((9, 3), (9, 25), (10, 16), (11, 6)), 11000, "product_folding_boxes", 0.07, pays_after=30),
    Habit("maple_ridge", seasonal((2, 20), (3, 14)), 7000, "product_labels", 0.04, pays_after=25),
    Habit("vandermeer", seasonal((2, 10), (3, 3), (9, 12), (10, 4)), 5200, "product_cartons", currency="EUR"),
    # Now and then.
    Habit("loom_craft", days_ago(25, 160, 230, 420, 610, 650, 900), 3300, "product_cartons", pays_after=5),
    Habit("petalbox", days_ago(12, 60, 210, 236, 480, 700), 2600, "product_cartons", 0.3, pays_after=5),
    Habit("artisan_sauce", days_ago(48, 128, 310, 333, 560), 1500, "product_labels", 1.6, pays_after=30),
    Habit("trailhead", days_ago(235, 265, 290, 310, 345, 420, 500, 590), 5200, growth=-0.2, pays_after=66),
    Habit("summit_lab", days_ago(200, 290, 320, 455, 530, 760), 2300, "product_labels", pays_after=41),
    # Large, and nobody knows when.
    Habit("zenith", days_ago(33, 190, 265, 520, 545, 800), 48000, "product_seals", 0.1, pays_after=30),
    # New, once, and no more.
    Habit("moss_candles", days_ago(9, 44), 4600, "product_labels", 9.0, pays_after=7),
    Habit("fernwood", days_ago(27), 2400, "product_folding_boxes", pays_after=30),
    Habit("open_air_cinema", days_ago(205), 1900, "product_wristbands", pays_after=20),
    Habit("starling", days_ago(140), 3400, "product_wristbands", pays_after=30),
    Habit("sonnhalde", days_ago(245), 4800, "product_sleeves", currency="EUR", pays_after=30),
    Habit("copper_pot", days_ago(430, 470, 590, 610, 700, 860), 2700, "product_labels", pays_after=45),
    Habit("greystone", days_ago(515, 640, 655, 900, 1010), 6800, "product_cartons", pays_after=None),
    Habit("bellweather", every(6, last=560, history=40), 5400, "product_folding_boxes", pays_after=30),
    # A credit note for goods from before these books began, and an invoice that was somebody else's.
    Habit("old_harbour", days_ago(), 2000, "product_labels", credits=((130, 0.45),), mistakes=(60,)),
    # The sister company in Europe, with customers of its own and some in common.
    Habit("sonnhalde", monthly(18), 12500, "product_sleeves", 0.15, company="europe", credits=((160, 0.1),)),
    Habit("alpenblick", monthly(31, months=30), 7200, "product_sleeves", 0.02, company="europe", pays_after=26),
    Habit("lowen_apotheke", every(3, last=35), 6400, "product_folding_boxes", company="europe", pays_after=21),
    Habit("verlaine", days_ago(55, 120, 290, 320, 600), 3900, "product_seals", company="europe", pays_after=40),
    Habit("nordlicht", every(3, last=128), 9800, "product_folding_boxes", 0.05, company="europe", pays_after=33),
    Habit("konradi", weekly(3, months=9), 640, "product_labels", company="europe", pays_after=8),
    Habit("rheinau", every(12, last=95), 11000, "product_seals", company="europe", pays_after=48),
    Habit("hagenbach", seasonal((8, 2), (8, 24), (9, 14), (10, 5)), 5600, "product_labels", company="europe"),
    Habit("fjordline", days_ago(18), 7300, "product_cartons", company="europe", currency="USD", pays_after=30),
    Habit("zellhofer", days_ago(390, 450, 465, 620, 700), 4100, "product_cartons", company="europe", pays_after=None),
)
# fmt: on


def documents(today, habits=HABITS):
    """All invoices and credit notes up to ``today``, in order of date."""
    found = [document for habit in habits for document in _documents_of(habit, today)]
    return sorted(found, key=lambda document: (document.company, document.day, document.customer, document.move_type))


def _documents_of(habit, today):
    for index, day in enumerate(habit.days(today)):
        yield _document(habit, "out_invoice", day, index, _invoice_amount(habit, day, index, today), today)
    for days in habit.mistakes:
        day = today - timedelta(days=days)
        mistaken = _document(habit, "out_invoice", day, 0, habit.amount, today)
        yield mistaken._replace(paid_on=None, reversed_on=day + timedelta(days=1))
    for index, (days, share) in enumerate(habit.credits):
        yield _document(habit, "out_refund", today - timedelta(days=days), index, habit.amount * share, today)


def _invoice_amount(habit, day, index, today):
    years = (today - day).days / 365.25
    unevenness = Random(f"{habit.company} {habit.customer} {index}").uniform(0.9, 1.1)
    return habit.amount * unevenness / (1 + habit.growth) ** years


def _document(habit, move_type, day, index, amount, today):
    artwork = move_type == "out_invoice" and amount > 4 * ARTWORK_PRICE and index % 5 == 3
    contacts = habit.contacts or (habit.customer,)
    return Document(
        company=habit.company,
        customer=habit.customer,
        contact=contacts[index % len(contacts)],
        move_type=move_type,
        day=day,
        currency=habit.currency or HOME_CURRENCY[habit.company],
        lines=_lines(habit.product, amount, artwork),
        paid_on=_paid_on(habit, day, index, today),
    )


def _lines(product, amount, artwork):
    """(product, quantity, price) that come close to the amount."""
    price = PRICES[product]
    rest = amount - ARTWORK_PRICE * artwork
    lines = ((product, max(1, round(rest / price)), price),)
    return (*lines, (ARTWORK, 1, ARTWORK_PRICE)) if artwork else lines


def _paid_on(habit, day, index, today):
    """The Friday on which the money is there, None while it is not."""
    if habit.pays_after is None:
        return None
    later = Random(f"paid {habit.customer} {index}").randint(0, 6)
    due = day + timedelta(days=habit.pays_after + later)
    friday = due + timedelta(days=(4 - due.weekday()) % 7)
    return friday if friday <= today else None


def dollars_per_euro(day):
    """The rate of the day's month: it moves, and always did."""
    return round(1.1 + 0.04 * sin(month_number(day) / 4), 4)


def rates(today):
    """(first day of the month, dollars for a euro) for every month there are documents of."""
    first, last = month_number(add_months(today, -HISTORY_MONTHS)), month_number(today)
    days = [day_in_month(month, 1) for month in range(first, last + 1)]
    return [(day, dollars_per_euro(day)) for day in days]

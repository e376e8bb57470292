# SPDX-License-Identifier: LGPL-3.0-only
"""Customers with known profiles in two companies, and the records of core models that see them."""

from odoo.fields import Command

from .common import KeyAccountPostingCase
from .roles import create_users

#: Models with the virtual fields. Each has a record per customer, named as the customer; what has no profile is
#: ``fresh`` (a customer without one yet) and ``nobody`` (no customer at all).
LINKED = ("res.partner", "crm.lead", "account.move", "account.invoice.report")

EMPTY = ("fresh", "nobody")

#: Company -> customer -> figures. ``own`` looks after anchor alone.
PROFILES = {
    "home": {
        "anchor": {"category": "active_partner", "recurrence": "monthly", "lifecycle": "active", "abc": "A", "rank": 1,
                   "share": 0.6, "revenue_12m": 1200, "growth": 0.2, "expected_next_date": "2030-01-15",
                   "lost_probability": 0.1, "event_count": 12},
        "bridge": {"category": "passive_partner", "recurrence": "periodic", "lifecycle": "late", "abc": "B", "rank": 2,
                   "share": 0.3, "revenue_12m": 600, "growth": -0.1, "expected_next_date": "2030-02-10",
                   "lost_probability": 0.3, "event_count": 4},
        "cellar": {"category": "client", "recurrence": "occasional", "lifecycle": "lost", "abc": "C", "rank": 3,
                   "share": 0.1, "revenue_12m": 200, "growth": False, "expected_next_date": False,
                   "lost_probability": 0.8, "event_count": 2},
    },
    "abroad": {
        "anchor": {"category": "client", "recurrence": "one_off", "lifecycle": "late", "abc": "B", "rank": 2,
                   "share": 0.25, "revenue_12m": 25, "expected_next_date": "2030-03-01", "lost_probability": 0.5},
        "fresh": {"category": "passive_partner", "recurrence": "seasonal", "lifecycle": "active", "abc": "A", "rank": 1,
                  "share": 0.75, "revenue_12m": 75, "expected_next_date": "2030-11-01", "lost_probability": 0.2},
    },
}  # fmt: skip

#: Untaxed amount of the document of each customer, and expected revenue of the opportunity.
AMOUNTS = {"anchor": 100, "bridge": 40, "cellar": -10, "fresh": 7, "nobody": 3}


class LinkCase(KeyAccountPostingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.abroad = cls._create_company("Abroad Ltd")
        cls.companies = {"home": cls.company, "abroad": cls.abroad}
        cls.users = create_users(cls.env, cls.company)
        cls.customers = {
            "anchor": cls._customer("Anchor", user_id=cls.users["own"].id),
            "bridge": cls._customer("Bridge", user_id=cls.users["all"].id),
            "cellar": cls._customer("Cellar"),
            "fresh": cls._customer("Fresh"),
        }
        cls.buyers = {
            name: cls._customer(f"Buyer of {name}", is_company=False, parent_id=customer.id)
            for name, customer in cls.customers.items()
        }
        for company, profiles in PROFILES.items():
            for name, figures in profiles.items():
                cls._profile(cls.customers[name], cls.companies[company], **figures)
        cls.linked = {
            "res.partner": cls.customers,
            "crm.lead": {name: cls._lead(name) for name in AMOUNTS},
            "account.move": {name: cls._invoice(name) for name in AMOUNTS},
        }
        cls.env.flush_all()
        cls.linked["account.invoice.report"] = {
            name: cls.env["account.invoice.report"].search([("move_id", "=", move.id)])
            for name, move in cls.linked["account.move"].items()
        }

    @classmethod
    def _profile(cls, customer, company, **figures):
        return cls.profiles.create(
            {
                "company_id": company.id,
                "partner_id": customer.id,
                "policy_id": company.key_account_policy_id.id,
                "as_of_date": "2029-12-31",
                **figures,
            }
        )

    @classmethod
    def _lead(cls, name, **values):
        return cls.env["crm.lead"].create(
            {
                "name": name,
                "type": "opportunity",
                "partner_id": cls.buyers.get(name, cls.env["res.partner"]).id,
                "user_id": False,
                "expected_revenue": AMOUNTS[name],
                "company_id": cls.company.id,
                **values,
            }
        )

    @classmethod
    def _invoice(cls, name, company=None):
        """Posted, for the contact of the customer; a draft without customer for nobody."""
        amount = AMOUNTS[name]
        if name not in cls.buyers:
            lines = [Command.create({"name": "Goods", "price_unit": amount, "tax_ids": []})]
            return cls.env["account.move"].create({"move_type": "out_invoice", "invoice_line_ids": lines})
        move_type = "out_refund" if amount < 0 else "out_invoice"
        return cls._post(cls.buyers[name], "2029-10-01", abs(amount), move_type, company=company)

    def _as(self, role, model, *companies):
        """A model, or records, as a user of the role who works in the companies, the first one before all."""
        records = self.env[model] if isinstance(model, str) else model
        companies = companies or (self.company,)
        return records.with_user(self.users[role]).with_context(
            allowed_company_ids=[company.id for company in companies]
        )

    def _among(self, model):
        """Domain: one of the records of the test."""
        return [("id", "in", [record.id for record in self.linked[model].values()])]

    def _names(self, records):
        """Names of found records, in their order."""
        names = {record.id: name for name, record in self.linked[records._name].items()}
        return [names[number] for number in records.ids]

    def _present(self, model, names):
        """The names there are records of: every contact is a customer, nobody is none."""
        return [name for name in names if name in self.linked[model]]

    def _expand(self, model, names):
        """Names of a table, written as words, with ``empty`` for all without a profile."""
        expanded = [it for name in names.split() for it in (EMPTY if name == "empty" else [name])]
        return self._present(model, expanded)

    def assertFound(self, records, domain, names, message=""):
        found = records.search([*self._among(records._name), *domain])
        self.assertEqual(sorted(self._names(found)), sorted(self._expand(records._name, names)), message)

# SPDX-License-Identifier: LGPL-3.0-only
"""Every view of ours opens in the browser, and every button in it can be pressed, by everybody who sees it."""

import json
import logging

from dateutil.relativedelta import relativedelta

from odoo.fields import Date
from odoo.tests import HttpCase, tagged
from odoo.tools.safe_eval import safe_eval

from .common import KeyAccountPostingCase
from .roles import INSIDERS, ROLES, create_user, create_users

#: What Odoo logs when a request fails; a sentence for the user is a warning.
REQUESTS = ("odoo.http", "odoo.sql_db", "odoo.addons.key_account_segmentation")


#: The web client has started.
READY = "Boolean(odoo.keyAccountPress && odoo.__WOWL_DEBUG__?.root)"


class Complaints(logging.Handler):
    """The errors that are logged meanwhile."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.lines = []

    def emit(self, record):
        self.lines.append(self.format(record))


@tagged("post_install", "-at_install")
class TestEveryButton(KeyAccountPostingCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = create_users(cls.env, cls.company, {role: f"base.group_user,{ROLES[role]}" for role in INSIDERS})
        cls.leader = create_user(cls.env, "kas_leader", ROLES["all"], cls.company)
        today = Date.today()
        salesperson = cls.users["own"]
        brewery = cls._customer("Steady Brewery", user_id=salesperson.id, phone="+32 2 290 34 90")
        fair, starter = (
            cls._customer(name, user_id=salesperson.id) for name in ("Once Upon a Fair", "First Order Ltd")
        )
        cls._insert_documents(
            [(brewery, "out_invoice", today - relativedelta(months=month), 1200) for month in range(4, 24)]
            + [(starter, "out_invoice", today, 80)]
        )
        for customer, months in ((fair, 5), (brewery, 6)):
            cls._post(customer, today - relativedelta(months=months), 300)
        lead = {"name": "New bottles", "type": "opportunity", "partner_id": brewery.id, "user_id": salesperson.id}
        cls.env["crm.lead"].create(lead)
        cls.env["key.account.feedback"].create({"partner_id": brewery.id, "name": "Longer opening hours"})
        cls.env["key.account.collaboration"].create({"name": "Joint development"})
        cls.env["key.account.run"].refresh_all(cls.company)
        cls.env["key.account.refresh"]._ensure_profiles(cls.company, brewery).write(
            {"manual_category": "active_partner", "manual_category_reason": "Signed"}
        )
        special = {"manual_type_id": cls.env.ref("key_account_segmentation.type_special").id, "review_date": today}
        cls.env["key.account.refresh"]._ensure_profiles(cls.company, fair).write(
            {**special, "manual_type_reason": "They watch us"}
        )
        cls.company.key_account_policy_id.copy({"name": "Next year"})
        for rule in cls.env["key.account.follow.up.rule"].search([("company_id", "=", cls.company.id)]):
            for _done in rule._follow_up():
                pass
        salesperson.key_account_leave_date = today
        cls.env["key.account.hand.over"]._propose_hand_overs()

    def _steps(self, role):
        """What the client is to open: each view of each window action that the role has in its menu."""
        user = self.users[role]
        env = self.env(user=user, context={"allowed_company_ids": self.company.ids})
        visible = env["ir.ui.menu"]._visible_menu_ids()
        root = self.env.ref("key_account_segmentation.menu_root")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id), ("id", "in", list(visible))])
        for action in [menu.action for menu in menus if menu.action]:
            for view in action.view_mode.split(","):
                step = {"name": action.name, "action": action.id, "view": view, "model": action.res_model}
                if view == "form":
                    yield from (step | {"resId": number} for number in self._records(env[action.res_model], action))
                else:
                    yield step
        for model, record, only in self._others(env):
            opening = self._opening(model).id
            yield {"name": model, "action": opening, "view": "form", "model": model, "resId": record.id, "only": only}

    def _records(self, model, action):
        """The latest two: of policies a draft and the published one."""
        domain = safe_eval(action.domain or "[]", {"uid": model.env.uid, "allowed_company_ids": self.company.ids})
        return model.search(domain, limit=2, order="id desc").ids

    def _others(self, env):
        """What people come to from elsewhere: the contact, and a hand-over that is asked of them."""
        contact = self.env["res.partner"].search([("name", "=", "Steady Brewery")])
        yield "res.partner", contact, ["action_open_key_account", "action_open_key_account_feedback"]
        hand_over = env["key.account.hand.over"]
        if hand_over.has_access("read") and (found := hand_over.search([], limit=1)):
            yield "key.account.hand.over", found, None

    def _opening(self, model):
        values = {"name": model, "res_model": model, "view_mode": "form"}
        return self.env["ir.actions.act_window"].create(values)

    def _press_all(self, role, least, everywhere=False):
        """Open every view as a role and press what is there.

        :param least: so many buttons there are
        :param everywhere: a button that several views have is pressed in each
        """
        complaints = Complaints()
        loggers = [logging.getLogger(name) for name in REQUESTS]
        for logger in loggers:
            logger.addHandler(complaints)
            self.addCleanup(logger.removeHandler, complaints)
        steps = [step | {"everywhere": everywhere} for step in self._steps(role)]
        if not everywhere:
            # of actions that show the same in the same ways the first is enough
            steps = list({(step["model"], step["view"], step.get("resId")): step for step in reversed(steps)}.values())
        self.assertGreater(len(steps), 10)
        code = f"odoo.keyAccountPress({json.dumps(steps)}, {least})"
        self.browser_js("/odoo", code, READY, login=self.users[role].login, timeout=180)
        self.assertEqual(complaints.lines, [])

    def test_as_a_salesperson_of_own_documents(self):
        self._press_all("own", 12)

    def test_as_a_salesperson_of_all_documents(self):
        self._press_all("all", 12)

    def test_as_a_sales_administrator(self):
        self._press_all("manager", 24, everywhere=True)

    def test_as_somebody_who_invoices(self):
        self._press_all("invoicing", 6)

    def test_as_an_auditor(self):
        self._press_all("auditor", 6)

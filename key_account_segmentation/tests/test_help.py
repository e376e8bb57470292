# SPDX-License-Identifier: LGPL-3.0-only
"""Every figure on a screen says how it is computed."""

from lxml import etree

from odoo.tests import tagged

from .common import KeyAccountCase

#: Shown without a help text, because the label says it all.
SELF_EXPLAINING = {
    "key.account.profile": {
        "company_id",
        "country_id",
        "currency_id",
        "partner_active",
    },
    "key.account.portfolio": {
        "as_of_date",
        "company_id",
        "currency_id",
        "display_name",
        "policy_id",
    },
    "key.account.load": {
        "account_manager_id",
        "company_id",
        "currency_id",
        "display_name",
    },
    "res.partner": {
        "key_account_company_id",
        "key_account_currency_id",
    },
    "crm.lead": {
        "key_account_currency_id",
    },
}


@tagged("post_install", "-at_install")
class TestHelp(KeyAccountCase):
    def _shown(self, model):
        """Fields of all views of a model that are ours."""
        prefix = "" if model.startswith("key.account") else "key_account_"
        views = self.env["ir.ui.view"].search(
            [("model", "=", model), ("type", "!=", "search"), ("mode", "=", "primary")]
        )
        names = set()
        for view in views:
            arch = self.env[model].get_view(view.id, view.type)["arch"]
            names |= {node.get("name") for node in etree.fromstring(arch).iter("field")}
        return {name for name in names if name.startswith(prefix) and name in self.env[model]._fields}

    def test_every_figure_has_a_help_text(self):
        for model, exceptions in SELF_EXPLAINING.items():
            shown = self._shown(model)
            self.assertGreater(len(shown), 5, model)
            helps = self.env[model].fields_get(shown, ["help"])
            without = {name for name in shown if not helps[name].get("help")}
            self.assertEqual(without, exceptions & shown, model)

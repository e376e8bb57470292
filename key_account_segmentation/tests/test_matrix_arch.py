# SPDX-License-Identifier: LGPL-3.0-only
"""What a <quadrant> may say, and where the view type is known."""

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

GOOD = """
<quadrant x="revenue_12m" y="coverage" size="revenue_12m" color="category" string="Matrix" class="o_mine"
    colors="category, lifecycle,account_manager_id,country_id" axes="revenue_12m,coverage,growth" sample="1">
    <!-- what a card says -->
    <field name="partner_id"/>
    <field name="why" string="Reason"/>
</quadrant>
"""


@tagged("post_install", "-at_install")
class TestMatrixArch(TransactionCase):
    def _view(self, arch, model="key.account.profile"):
        return self.env["ir.ui.view"].create({"name": "matrix", "model": model, "type": "quadrant", "arch": arch})

    def assertInvalid(self, message, arch, model="key.account.profile"):
        with self.assertRaisesRegex(ValidationError, message), mute_logger("odoo.addons.base.models.ir_ui_view"):
            self._view(arch, model)

    def test_a_good_one(self):
        view = self._view(GOOD)
        answer = self.env["key.account.profile"].get_views([(view.id, "quadrant"), (False, "search")])
        self.assertIn('colors="category, lifecycle,account_manager_id,country_id"', answer["views"]["quadrant"]["arch"])
        fields = answer["models"]["key.account.profile"]["fields"]
        self.assertLessEqual({"revenue_12m", "coverage", "growth", "why"}, fields.keys())

    def test_it_may_say_nothing(self):
        self.assertTrue(self._view("<quadrant/>"))

    def test_snapshots_have_it_too(self):
        arch = GOOD.replace('<field name="why" string="Reason"/>', "").replace(",country_id", "")
        self.assertTrue(self._view(arch, "key.account.snapshot"))

    def test_unknown_attributes_are_named(self):
        for attribute in ("z", "draggable", "measure", "onclick", "limit"):
            self.assertInvalid(f"no attribute “{attribute}”.*x, y, size", f'<quadrant {attribute}="1"/>')

    def test_fields_that_are_no_numbers_are_named(self):
        for attribute in ("x", "y", "size", "axes"):
            for name in ("category", "partner_id", "why", "as_of_date", "opportunity_count", "id"):
                with self.subTest(attribute=attribute, field=name):
                    self.assertInvalid(rf"\({name}\) is no stored number", f'<quadrant {attribute}="{name}"/>')
        self.assertInvalid("(?s)quadrant axes=.*no_such", '<quadrant axes="revenue_12m,no_such,coverage"/>')

    def test_fields_that_cannot_colour_are_named(self):
        for attribute in ("color", "colors"):
            for name in ("revenue_12m", "why", "as_of_date", "tier"):
                with self.subTest(attribute=attribute, field=name):
                    self.assertInvalid(rf"\({name}\): take a selection", f'<quadrant {attribute}="{name}"/>')
        self.assertInvalid("no_such", '<quadrant colors="category,no_such"/>')

    def test_unknown_fields_in_it_are_named(self):
        self.assertInvalid("no_such", '<quadrant><field name="no_such"/></quadrant>')

    def test_the_same_axis_twice(self):
        self.assertInvalid("revenue_12m", '<quadrant x="revenue_12m" y="revenue_12m"/>')

    def test_only_fields_in_it(self):
        for tag in ("button", "div", "templates", "quadrant"):
            self.assertInvalid(f"found a <{tag}>", f"<quadrant><{tag}/></quadrant>")

    def test_only_models_with_a_matrix(self):
        self.assertInvalid("“res.partner” has no matrix", "<quadrant/>", "res.partner")

    def test_an_inheriting_view_is_checked_with_it(self):
        view = self._view(GOOD)

        def extend(attribute, value):
            return self.env["ir.ui.view"].create(
                {
                    "name": "more",
                    "model": view.model,
                    "inherit_id": view.id,
                    "arch": f'<quadrant position="attributes"><attribute name="{attribute}">{value}</attribute></quadrant>',
                }
            )

        self.assertEqual(extend("y", "growth").type, "quadrant")
        with self.assertRaisesRegex(ValidationError, "category"), mute_logger("odoo.addons.base.models.ir_ui_view"):
            extend("x", "category")

    def test_the_client_knows_the_type(self):
        info = self.env["ir.ui.view"].get_view_info()
        self.assertEqual(info["quadrant"], {"display_name": "Matrix", "icon": "fa fa-th-large", "multi_record": True})

    def test_our_actions_alone_have_the_mode(self):
        """Whoever opens another addon's action after this one is gone must not be asked for a view type nobody knows."""
        actions = self.env["ir.actions.act_window"].search([("view_mode", "like", "quadrant")])
        foreign = [
            name for name in actions.get_external_id().values() if not name.startswith("key_account_segmentation.")
        ]
        self.assertEqual(foreign, [])

    def test_the_mode_goes_with_the_addon(self):
        """Rows that name it are deleted when it is uninstalled, as Odoo does with the values of a selection."""
        action = self.env["ir.actions.act_window"].create({"name": "Mine", "res_model": "key.account.profile"})
        row = self.env["ir.actions.act_window.view"].create({"act_window_id": action.id, "view_mode": "quadrant"})
        view = self._view("<quadrant/>")
        names = ("selection__ir_actions_act_window_view__view_mode__quadrant", "selection__ir_ui_view__type__quadrant")
        for name in names:
            self.env.ref("key_account_segmentation." + name)._process_ondelete()
        self.assertFalse(row.exists())
        self.assertFalse(view.exists())

# SPDX-License-Identifier: LGPL-3.0-only
"""No text that people enter is longer than who reads it wants it to be, whoever enters it and however."""

import inspect

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..models.base import text_lengths
from .common import KeyAccountCase
from .roles import create_users

LONG = "x" * 1_000_000

#: Texts of ours that nobody types: written by the module alone, or checked as something else than a text.
NOT_TYPED = {
    "key.account.follow.up": {"reason", "summary"},
    "key.account.hand.over": {"summary"},
    "key.account.play": {"name"},
    "key.account.run": {"message"},
    "key.account.run.failure": {"reason"},
    "key.account.transition": {"old_value", "new_value", "reason"},
    "key.account.type": {"code", "icon", "rule_domain"},
}


@tagged("post_install", "-at_install")
class TestTextLengths(KeyAccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = create_users(cls.env, cls.company)
        cls.customer = cls._customer("Customer", user_id=cls.users["own"].id)
        cls._insert_documents([(cls.customer, "out_invoice", "2024-06-01", 10)])
        cls.env["key.account.run"].refresh_all(cls.company)
        cls.policy = cls.company.key_account_policy_id.copy()

    def _typed(self, model):
        """Names of the stored texts of ours that people enter."""
        return {
            name
            for name, field in self.env[model]._fields.items()
            if field.type in ("char", "text", "html")
            and field.store
            and not (field.readonly or field.related)
            and field._module == "key_account_segmentation"
        } - NOT_TYPED.get(model, set())

    def test_every_text_that_people_enter_has_a_limit(self):
        self.assertIn("manual_category_reason", self._typed("key.account.profile"))
        for model in self.env.registry:
            if model.startswith("key.account.") and not self.env[model]._abstract:
                checked = {
                    name
                    for method in self.env[model]._constraint_methods
                    if "check_lengths" in inspect.getsource(method)
                    for name in method._constrains
                }
                with self.subTest(model=model):
                    self.assertEqual(self._typed(model) - checked, set(), "Limit them in text_lengths.")

    def assertTooLong(self, role, records, name, most, **values):
        records = self._as(role, records)
        with self.subTest(role=role, model=records._name, name=name):
            for text in (LONG, "x" * (most + 1)):
                said = f"has {len(text)} characters, at most {most}"
                with self.assertRaisesRegex(ValidationError, said), self.env.cr.savepoint():
                    records.write({name: text, **values})
            records.write({name: "x" * most, **values})

    def test_what_is_too_long_is_refused_with_a_sentence(self):
        line, name_max, text = text_lengths.LINE_MAX, text_lengths.NAME_MAX, text_lengths.TEXT_MAX
        profile = self._live([self.customer])
        self.assertTooLong("own", profile, "manual_category_reason", line, manual_category="client")
        self.assertTooLong("own", profile, "manual_type_reason", line, not_key_account=True)
        self.assertTooLong("own", profile, "cannot_be_developed_reason", line, cannot_be_developed=True)
        quadrant = self.company.key_account_policy_id.quadrant_ids[0]
        self.assertTooLong("own", profile, "manual_quadrant_reason", line, manual_quadrant_id=quadrant.id)
        feedback = self.env["key.account.feedback"].create({"partner_id": self.customer.id, "name": "Fine"})
        self.assertTooLong("own", feedback, "name", line)
        self.assertTooLong("own", feedback, "effect", text)
        self.assertTooLong("manager", self.policy, "name", name_max)
        self.assertTooLong("manager", self.policy, "note", text)
        self.assertTooLong("manager", self.policy.quadrant_ids[0], "name", name_max)
        self.assertTooLong("manager", self.policy.quadrant_ids[0], "advice", text)

    def test_nor_by_an_assistant(self):
        assistants = self._as("own", self.env["key.account.judgement"])
        with self.assertRaisesRegex(ValidationError, "at most 500"):
            assistants.create({"profile_ids": self._live([self.customer]).ids, "reason": LONG})
        losses = self._as("own", self.env["crm.lead.lost"])
        with self.assertRaisesRegex(ValidationError, "at most 5000"):
            losses.create({"key_account_meaning": LONG})

# SPDX-License-Identifier: LGPL-3.0-only
"""The demo data is made by functions of its own; the registry knows one door to them, which nobody outside can use."""

import re

from odoo.exceptions import AccessError
from odoo.modules.module import Manifest
from odoo.service.model import call_kw
from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path

from ..demo.build import KEPT_MODELS, PARKED, STEPS, reclaim, release


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    def test_no_model_is_there_for_the_demo_data(self):
        self.assertNotIn("key.account.demo", self.registry)

    def test_nobody_runs_it_from_outside(self):
        with self.assertRaises(AccessError):
            call_kw(self.env["ir.module.module"], "_key_account_demo", ["create_documents"], {})

    def test_the_demo_data_runs_every_step(self):
        asked = set()
        for name in Manifest.for_addon("key_account_segmentation")["demo"]:
            with open(file_path(f"key_account_segmentation/{name}"), encoding="utf-8") as file:
                asked.update(re.findall(r'"_key_account_demo">\s*<value>(\w+)</value>', file.read()))
        self.assertEqual(asked, STEPS.keys())

    def test_what_documents_hold_on_to_is_parked_and_found_again(self):
        partner = self.env["res.partner"].create({"name": "Paper Mill"})
        known = self.env["ir.model.data"].create(
            {"module": "key_account_segmentation", "name": "mill", "model": "res.partner", "res_id": partner.id}
        )
        self.assertIn(known.model, KEPT_MODELS)
        release(self.env)
        self.assertEqual(known.module, PARKED)
        self.env["ir.module.module"]._key_account_demo("reclaim")
        self.assertEqual(known.module, "key_account_segmentation")
        reclaim(self.env)
        self.assertEqual(known.module, "key_account_segmentation")

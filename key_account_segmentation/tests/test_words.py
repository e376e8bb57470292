# SPDX-License-Identifier: LGPL-3.0-only
from odoo.tests import tagged

from ..models.base.words import number_text, percent_text
from .common import KeyAccountCase


@tagged("post_install", "-at_install")
class TestWords(KeyAccountCase):
    def test_percent(self):
        """As each language writes it; a line never breaks before the sign."""
        self.env["res.lang"]._activate_lang("de_DE")
        german = self.env(context={"lang": "de_DE"})
        for share, digits, english, in_german in [
            (0.5, None, "50%", "50\xa0%"),
            (0.0813, None, "8.1%", "8,1\xa0%"),
            (0.6666, 0, "67%", "67\xa0%"),
            (0.5, 1, "50.0%", "50,0\xa0%"),
            (-0.0001, None, "0%", "0\xa0%"),
        ]:
            with self.subTest(share=share, digits=digits):
                self.assertEqual(percent_text(self.env, share, digits), english)
                self.assertEqual(percent_text(german, share, digits), in_german)

    def test_number(self):
        """No more decimals than say something."""
        for number, text in [(3, "3"), (1.5, "1.5"), (1.32, "1.32"), (1.996, "2"), (1234.5, "1,234.5"), (-0.001, "0")]:
            with self.subTest(number=number):
                self.assertEqual(number_text(self.env, number), text)

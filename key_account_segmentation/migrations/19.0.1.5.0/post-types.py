# SPDX-License-Identifier: LGPL-3.0-only
import logging

from odoo import SUPERUSER_ID, api

#: Odoo loads the script by its file's name.
_logger = logging.getLogger("odoo.addons.key_account_segmentation.migrations")


def migrate(cr, version):
    """Rules that ask more than a rule may stay as they are written, and suggest nobody until they are put right."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for account_type in env["key.account.type"].with_context(active_test=False).search([("rule_domain", "!=", False)]):
        if fault := account_type._rule_fault():
            _logger.warning("%s Its customers stay as they are.", account_type._rule_sentence(fault))

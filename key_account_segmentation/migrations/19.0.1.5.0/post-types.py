# SPDX-License-Identifier: LGPL-3.0-only
import logging

from odoo import SUPERUSER_ID, api

#: Odoo loads the script by its file's name.
_logger = logging.getLogger("odoo.addons.key_account_segmentation.migrations")

SENTENCE = "The rule of “%s” cannot be used: %s Its customers stay as they are."


def migrate(cr, version):
    """Rules that ask more than a rule may stay as they are written, and suggest nobody until they are put right."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for account_type in env["key.account.type"].with_context(active_test=False).search([("rule_domain", "!=", False)]):
        # asked of the field, not of rules frozen here: what matters is whether the version that runs can use them
        if fault := account_type.rule_fault:
            _logger.warning(SENTENCE, account_type.name, fault)

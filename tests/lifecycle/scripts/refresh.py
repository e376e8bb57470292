# SPDX-License-Identifier: LGPL-3.0-only
# ruff: noqa: F821 - Odoo's shell gives it env
"""Work out all customers, then those that are marked."""

env["key.account.run"].refresh_all()
env.cr.commit()
env.ref("key_account_segmentation.ir_cron_refresh_stale").method_direct_trigger()

# SPDX-License-Identifier: LGPL-3.0-only
"""Classify every customer and plan what follows now, not in the background; the administrator starts on Key Accounts."""

HOME_ACTION = "key_account_segmentation.key_account_profile_action"

env["key.account.run"].refresh_all()
env.ref("key_account_segmentation.ir_cron_follow_up").method_direct_trigger()
env.ref("base.user_admin").action_id = env.ref(HOME_ACTION).id
env.cr.commit()

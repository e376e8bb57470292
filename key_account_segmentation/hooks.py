def post_init_hook(env):
    """Give every company its policy and classify all customers in the background, at the next tick of the cron."""
    env["res.company"].search([])._ensure_key_account_policy()
    env.ref("key_account_segmentation.ir_cron_refresh_all")._trigger()


def uninstall_hook(env):
    """Customers of the demo data who have posted documents stay in the books."""
    env["key.account.demo"]._release()

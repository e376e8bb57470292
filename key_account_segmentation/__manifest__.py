{
    "name": "Key Account Segmentation",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Who your business rests on: every customer classified from posted invoices",
    "author": "Key Account Segmentation contributors",
    "license": "LGPL-3",
    "depends": ["account", "crm"],
    "data": [
        "security/key_account_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "views/key_account_profile_views.xml",
        "views/key_account_policy_views.xml",
        "views/key_account_portfolio_views.xml",
        "views/key_account_run_views.xml",
        "views/key_account_collaboration_views.xml",
        "views/key_account_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "key_account_segmentation/static/src/**/*",
        ],
    },
    "post_init_hook": "post_init_hook",
    "application": True,
}

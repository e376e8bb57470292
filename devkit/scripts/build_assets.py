# SPDX-License-Identifier: LGPL-3.0-only
"""Build the web client's bundles once and keep them: a test's rolled-back transaction would build them each time."""

BUNDLES = (
    "web.assets_web",
    "web.assets_frontend",
    "web.assets_frontend_lazy",
    "web.assets_frontend_minimal",
    "web.assets_tests",
    "web.__assets_tests_call__",
)

for bundle in BUNDLES:
    assets = env["ir.qweb"]._get_asset_bundle(bundle, css=True, js=True)
    assets.js()
    assets.css()
env.cr.commit()

# SPDX-License-Identifier: LGPL-3.0-only
"""What stands behind ./dev: a real Odoo 19, PostgreSQL and Chromium under one cache folder.

Python's standard library only: this code runs before any environment exists.
"""

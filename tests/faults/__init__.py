# SPDX-License-Identifier: LGPL-3.0-only
"""A PostgreSQL that may be killed, a portfolio that keeps changing, and real Odoo processes that refresh it."""

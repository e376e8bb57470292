# SPDX-License-Identifier: LGPL-3.0-only
"""What ``./dev bench`` runs inside Odoo: the trade, and what is measured on it."""

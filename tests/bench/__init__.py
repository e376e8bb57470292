"""What ``./dev bench`` runs inside Odoo: the trade, and what is measured on it."""

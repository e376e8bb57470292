"""A PostgreSQL that may be killed, a portfolio that keeps changing, and real Odoo processes that work it out."""

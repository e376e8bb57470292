# SPDX-License-Identifier: LGPL-3.0-only
"""SQL that reads documents, payments, work and stored figures. Every method returns SQL.

In:      a company, windows of time, a condition on customers.
Out:     SQL of one row per document, day or customer, columns by name.
Never:   a query that is run; a verdict.
"""

# Parts first, each after those it builds on.
# isort: off
from . import (
    key_account_facts_documents,
    key_account_facts_engagement,
    key_account_facts_books,
    key_account_facts_holdings,
    key_account_facts_portfolio,
    key_account_facts_key_accounts,
    key_account_facts_agreed,
    key_account_facts,
)

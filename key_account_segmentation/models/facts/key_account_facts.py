# SPDX-License-Identifier: LGPL-3.0-only
from odoo import models
from odoo.tools import SQL

from ..base.columns import named
from ..profile.overrides import in_force_sql


class KeyAccountFacts(models.AbstractModel):
    """Every SQL of the module that reads: each part has a file, and this model joins them.

    The part on the portfolio builds on that on books, which builds on that on documents.

    A method returns SQL of rows with named columns; the refresh, an explanation or a follow-up runs it. Another module
    extends a part through this model, too.
    """

    _name = "key.account.facts"
    _description = "Key Account Facts"
    _inherit = [
        "key.account.facts.portfolio",
        "key.account.facts.engagement",
        "key.account.facts.key.accounts",
        "key.account.facts.agreed",
    ]

    def _customer_sql(self, company, windows, customers):
        """One row per customer of the batch: figures of the sources *documents* and *work*, and what the rules need.

        A customer with a profile but without documents has a row too, so that its figures return to nothing.

        :param customers: function from the SQL of a partner column to the condition that selects customers
        :returns: partner_id, has_documents, is_kept (the profile stays without documents), largest (the largest amount
            of a document), events, months, nets (see ``_total_sql``), what people entered, and the figures by name
        """
        return SQL(
            """
            WITH total AS (
                %(totals)s
            ),
            known AS (
                %(known)s
            )
            SELECT partner_id,
                   total.partner_id IS NOT NULL AS has_documents,
                   COALESCE(known.is_kept, FALSE) AS is_kept,
                   COALESCE(total.largest, 0) AS largest,
                   total.events,
                   total.months,
                   total.nets,
                   %(figures)s,
                   COALESCE(engagement.engagement_count, 0) AS engagement_count,
                   engagement.last_contact_date,
                   COALESCE(known.cannot_be_developed, FALSE) AS cannot_be_developed,
                   known.manual_category,
                   known.manual_category_until
              FROM total
              FULL JOIN known USING (partner_id)
              LEFT JOIN (%(engagements)s) AS engagement USING (partner_id)
            """,
            totals=self._total_sql(company, windows, customers),
            known=self._known_sql(company, windows, customers),
            figures=named(self._document_figures()),
            engagements=self._engagement_sql(company, windows, customers),
        )

    def _known_sql(self, company, windows, customers):
        """One row per customer with a profile: what people entered, and whether the profile stays without documents."""
        profiles = self.env["key.account.profile"]
        return SQL(
            """
            SELECT partner_id,
                   cannot_be_developed AND %(in_force)s AS cannot_be_developed,
                   manual_category,
                   manual_category_until,
                   %(entered)s
                       OR id IN (SELECT profile_id FROM key_account_play)
                       OR partner_id IN (%(remembered)s) AS is_kept
              FROM key_account_profile
             WHERE company_id = %(company)s
               AND %(customers)s
            """,
            in_force=in_force_sql("cannot_be_developed_until", windows.as_of),
            entered=SQL(" OR ").join(self._is_entered_sql(profiles._fields[name]) for name in profiles._entered()),
            remembered=self._remembered_sql(company),
            company=company.id,
            customers=customers(SQL.identifier("partner_id")),
        )

    def _is_entered_sql(self, field):
        """Condition: something has been entered in that column of a profile; not true is false or NULL."""
        column = SQL.identifier(field.name)
        if field.type == "boolean":
            return column
        if field.type in ("char", "monetary"):
            return SQL("%s <> %s", column, "" if field.type == "char" else 0)
        return SQL("%s IS NOT NULL", column)

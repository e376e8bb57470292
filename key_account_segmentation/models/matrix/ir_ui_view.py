# SPDX-License-Identifier: LGPL-3.0-only
from lxml import etree

from odoo import fields, models
from odoo.exceptions import UserError

#: Attributes of <quadrant> that name numbers, and those that name what records are coloured by.
NUMBERS = ("x", "y", "size", "axes")
COLORS = ("color", "colors")

#: What else it may say.
OTHERS = ("string", "class", "js_class", "sample", "__validate__")


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    type = fields.Selection(selection_add=[("quadrant", "Matrix")], ondelete={"quadrant": "cascade"})

    def _get_view_info(self):
        return {"quadrant": {"icon": "fa fa-th-large"}} | super()._get_view_info()

    def _validate_tag_quadrant(self, node, name_manager, node_info):
        """Two axes, a size and colours that the model has; the fields in it are shown of a single record."""
        if not node_info["validate"]:
            return
        if not isinstance(name_manager.model, self.pool["key.account.matrix"]):
            self._raise_view_error(
                self.env._("“%s” has no matrix: it does not inherit “key.account.matrix”.", name_manager.model._name),
                node,
            )
        self._check_quadrant_attributes(node)
        self._check_quadrant_children(node)
        for name in self._check_quadrant_fields(node, name_manager.model):
            name_manager.has_field(node, name, node_info)

    def _check_quadrant_attributes(self, node):
        known = (*NUMBERS, *COLORS, *OTHERS)
        for attribute in set(node.attrib).difference(known):
            self._raise_view_error(
                self.env._(
                    "A <quadrant> has no attribute “%(attribute)s”. It may have: %(known)s.",
                    attribute=attribute,
                    known=", ".join(known[:-1]),
                ),
                node,
            )
        if node.get("x") and node.get("x") == node.get("y"):
            self._raise_view_error(
                self.env._("Both axes of the <quadrant> are “%s”: a matrix compares two figures.", node.get("x")), node
            )

    def _check_quadrant_children(self, node):
        for child in node.iterchildren(tag=etree.Element):
            if child.tag != "field":
                self._raise_view_error(
                    self.env._("A <quadrant> can only contain <field> nodes, found a <%s>.", child.tag), child
                )

    def _check_quadrant_fields(self, node, model):
        """The names of the fields in the attributes."""
        names = []
        checks = dict.fromkeys(NUMBERS, model._matrix_number) | dict.fromkeys(COLORS, model._matrix_color)
        for attribute, check in checks.items():
            for name in filter(None, map(str.strip, node.get(attribute, "").split(","))):
                try:
                    names.append(check(name)["name"])
                except UserError as error:
                    self._raise_view_error(f"<quadrant {attribute}=…>: {error}", node, from_exception=error)
        return names

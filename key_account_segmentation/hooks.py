# SPDX-License-Identifier: LGPL-3.0-only
"""Hooks: after the module is installed, and before it is uninstalled."""

import re

from lxml import etree

from odoo.fields import Domain

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from .demo.build import release

MODULE = "key_account_segmentation"

#: What people make for a model, and where its name stands. Scheduled actions hold on to server actions: they go first.
OF_A_MODEL = {
    "ir.cron": "model_id.model",
    "ir.actions.server": "model_id.model",
    "ir.actions.act_window": "res_model",
    "ir.filters": "model_id",
    "ir.exports": "resource",
    "ir.ui.view": "model",
    "base_import.mapping": "res_model",
    "mail.message.subtype": "res_model",
}

#: What people make for any model, and the texts that may name fields; useless without these fields.
NAMING_FIELDS = {
    "ir.actions.act_window": ("domain", "context"),
    "ir.filters": ("domain", "context", "sort"),
    "ir.exports.line": ("name",),
}

#: Archived records too, menus that nobody sees too, and views together with those that inherit from them.
EVERYTHING = {"active_test": False, "ir.ui.menu.full_list": True, MODULE_UNINSTALL_FLAG: True}


def post_init_hook(env):
    """Give every company its policy and classify all customers in the background, at the next tick of the cron."""
    env["res.company"].search([])._ensure_key_account_policy()
    env["key.account.follow.up.rule"]._ensure_rules()
    env.ref("key_account_segmentation.ir_cron_refresh_all")._trigger()


def uninstall_hook(env):
    """Remove what Odoo would leave; customers of the demo data who have posted documents stay in the books."""
    release(env)
    MadeByPeople(env).remove()
    # Odoo drops these with their columns and forgets to delete what it noted of them.
    env["ir.model.constraint"].search([("module.name", "=", MODULE), ("type", "=", "f")]).unlink()
    forget_names_given_by_mixins(env)
    # The web client's code holds ours. The next page that is opened builds it anew.
    env["ir.attachment"].regenerate_assets_bundles()


def forget_names_given_by_mixins(env):
    """Remove external ids that other modules' mixins gave to parts of our models: Odoo leaves them with nothing behind."""
    models = [name for name, model in env.registry.items() if model._original_module == MODULE]
    beginnings = [f"{kind}__{name.replace('.', '_')}__" for name in models for kind in ("model_inherit", "selection")]
    named = env["ir.model.data"].search(
        Domain("module", "!=", MODULE)
        & Domain("model", "in", ["ir.model.inherit", "ir.model.fields.selection"])
        & Domain.OR(Domain("name", "=like", f"{beginning.replace('_', chr(92) + '_')}%") for beginning in beginnings)
    )
    named.unlink()


class MadeByPeople:
    """Records that people made out of the module: favorites, export templates, actions, menus, dashboards, views.

    Odoo removes what the module brought along and leaves these, which name models and fields that are gone. A favorite
    used by default would keep Contacts from opening.
    """

    def __init__(self, env):
        self.env = env(context={**env.context, **EVERYTHING})
        models = env.registry.items()
        self.models = {name for name, model in models if model._original_module == MODULE}
        # the names of our fields on models that stay
        self.fields = {
            name
            for model_name, model in models
            if model_name not in self.models
            for name, field in model._fields.items()
            if field._modules == (MODULE,)
        }

    def remove(self):
        """Remove all of it, except views of models that stay: these are switched off."""
        self._switch_views_off()
        self._remove_ways_to_actions()
        templates = self._naming_fields("ir.exports.line").export_id
        for name in NAMING_FIELDS:
            self._naming_fields(name).unlink()
        templates.filtered(lambda template: not template.export_fields).unlink()
        for name in OF_A_MODEL:
            if name in self.env:
                self._of_our_models(name).unlink()

    def _switch_views_off(self):
        """Without its fields such a view would keep the whole form from opening; the rest of it is people's work."""
        views = self._naming("ir.ui.view", ["arch_db"])
        views.filtered(lambda view: view.model not in self.models).active = False

    def _remove_ways_to_actions(self):
        """Remove menus, buttons above lists and tiles of dashboards that open an action which goes."""
        gone = self._of_our_models("ir.actions.act_window") | self._naming_fields("ir.actions.act_window")
        ids = {*gone.ids, *self._our_ids("ir.actions.act_window")}
        links = [f"ir.actions.act_window,{number}" for number in ids]
        self._search("ir.ui.menu", Domain("action", "in", links)).unlink()
        self._search("ir.embedded.actions", Domain("action_id", "in", ids)).unlink()
        for dashboard in self._search("ir.ui.view.custom", Domain.TRUE):
            self._remove_tiles(dashboard, {str(number) for number in ids})

    def _remove_tiles(self, dashboard, action_ids):
        tree = etree.fromstring(dashboard.arch)
        tiles = [
            tile
            for tile in tree.iter("action")
            if tile.get("name") in action_ids or self._names_field(f"{tile.get('context')} {tile.get('domain')}")
        ]
        for tile in tiles:
            tile.getparent().remove(tile)
        if tiles:
            dashboard.arch = etree.tostring(tree, encoding="unicode")

    def _of_our_models(self, name):
        """Records of this kind that people made for our models."""
        return self._search(name, Domain(OF_A_MODEL[name], "in", self.models))

    def _naming_fields(self, name):
        """Records of this kind that people made and that name one of our fields."""
        return self._naming(name, NAMING_FIELDS[name])

    def _naming(self, name, columns):
        roughly = Domain.OR(Domain(column, "like", field) for column in columns for field in self.fields)
        return self._search(name, roughly).filtered(
            lambda record: any(self._names_field(record[column]) for column in columns)
        )

    def _names_field(self, text):
        return not self.fields.isdisjoint(re.findall(r"\w+", text or ""))

    def _search(self, name, domain):
        """The records that fit and did not come with the module: Odoo removes these by itself."""
        return self.env[name].search(Domain("id", "not in", self._our_ids(name)) & domain)

    def _our_ids(self, name):
        return self.env["ir.model.data"].search([("module", "=", MODULE), ("model", "=", name)]).mapped("res_id")

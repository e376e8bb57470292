// SPDX-License-Identifier: LGPL-3.0-only
import {BadgeField, badgeField} from "@web/views/fields/badge/badge_field";
import {registry} from "@web/core/registry";
import {iconClass} from "../icon_class";

/** The type of a key account as a badge: its icon, its name, its colour. */
export class TypeBadgeField extends BadgeField {
    static template = "key_account_segmentation.TypeBadgeField";
    static props = {...BadgeField.props, iconField: {type: String, optional: true}};

    get icon() {
        return iconClass(this.props.record.data[this.props.iconField]);
    }
}

export const typeBadgeField = {
    ...badgeField,
    component: TypeBadgeField,
    supportedTypes: ["many2one"],
    fieldDependencies: ({options}) => [
        {name: options.color_field, type: "integer", readonly: true},
        {name: options.icon_field, type: "char", readonly: true},
    ],
    extractProps: ({options}) => ({colorField: options.color_field, iconField: options.icon_field}),
};

registry.category("fields").add("key_account_type_badge", typeBadgeField);

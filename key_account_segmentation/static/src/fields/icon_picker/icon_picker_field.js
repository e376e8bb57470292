// SPDX-License-Identifier: LGPL-3.0-only
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {iconClass} from "../icon_class";

/** Icons that say something of a customer; another one that is stored already stays to choose. */
const ICONS = [
    "fa-star",
    "fa-diamond",
    "fa-trophy",
    "fa-heart",
    "fa-university",
    "fa-building",
    "fa-industry",
    "fa-line-chart",
    "fa-rocket",
    "fa-leaf",
    "fa-bullhorn",
    "fa-flask",
    "fa-lightbulb-o",
    "fa-handshake-o",
    "fa-shield",
    "fa-globe",
    "fa-map-marker",
    "fa-graduation-cap",
    "fa-flag",
    "fa-key",
];

/** The icon of a type, chosen by looking. */
export class IconPickerField extends Component {
    static template = "key_account_segmentation.IconPickerField";
    static props = {...standardFieldProps};

    get value() {
        return iconClass(this.props.record.data[this.props.name]);
    }

    get icons() {
        return this.value && !ICONS.includes(this.value) ? [this.value, ...ICONS] : ICONS;
    }

    choose(icon) {
        this.props.record.update({[this.props.name]: icon});
    }
}

registry.category("fields").add("key_account_icon", {
    component: IconPickerField,
    displayName: _t("Icon"),
    supportedTypes: ["char"],
});

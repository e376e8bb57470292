// SPDX-License-Identifier: LGPL-3.0-only
import {Component} from "@odoo/owl";
import {hasTouch} from "@web/core/browser/feature_detection";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {_t} from "@web/core/l10n/translation";

/** What is looked at: axes, scales, colour; and how: picture or table, exports. */
export class QuadrantToolbar extends Component {
    static template = "key_account_segmentation.QuadrantToolbar";
    static components = {Dropdown, DropdownItem};
    static props = {
        model: Object,
        view: Object,
        exportImage: Function,
        openList: Function,
    };

    setup() {
        this.hasTouch = hasTouch();
    }

    get axes() {
        const {model} = this.props;
        const titles = {x: _t("Across: from left to right"), y: _t("Up: from bottom to top")};
        const icons = {x: "fa-arrows-h", y: "fa-arrows-v"};
        return ["x", "y"].map((side) => ({
            side,
            icon: icons[side],
            title: titles[side],
            axis: model.data[side],
            canBeLog: model.canBeLog(side),
        }));
    }

    get colors() {
        const {fields, archInfo} = this.props.model;
        return archInfo.colors.map((name) => ({name, label: fields[name].string}));
    }

    chooseAxis(side, field) {
        if (this.props.model.data[side].field !== field) {
            this.props.model.chooseAxis(side, field);
        }
    }

    toggleScale({side, canBeLog}) {
        if (canBeLog) {
            this.props.model.toggleScale(side);
        }
    }
}

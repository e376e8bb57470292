// SPDX-License-Identifier: LGPL-3.0-only
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {QuadrantCards} from "./quadrant_cards";
import {QuadrantChart} from "./quadrant_chart";
import {QuadrantLegend} from "./quadrant_legend";
import {QuadrantMissing} from "./quadrant_missing";
import {QuadrantTable} from "./quadrant_table";
import {countText} from "./quadrant_texts";

/** The picture with its legend, or the table, or the cards of a narrow screen; and who is beside or not in the picture. */
export class QuadrantRenderer extends Component {
    static template = "key_account_segmentation.QuadrantRenderer";
    static components = {QuadrantCards, QuadrantChart, QuadrantLegend, QuadrantMissing, QuadrantTable};
    static props = {model: Object, view: Object, openRecord: Function, openList: Function, setExport: Function};

    get data() {
        return this.props.model.data;
    }

    get series() {
        return this.props.model.series;
    }

    get leftOutText() {
        return _t("%s not in the picture", countText(this.props.model.leftOut));
    }

    /** What a narrow screen lists. */
    get places() {
        return [...this.data.quadrants, ...this.props.model.beside];
    }

    /** Why there is nothing to see although there are customers. */
    get emptyText() {
        const {x, y, missing, points} = this.data;
        if (points.length) {
            return _t("All values are zero or below: choose the linear scale for this axis.");
        }
        if (!missing.count) {
            return _t("Everybody stands beside the picture.");
        }
        return _t("None of the %(customers)s has a value for both %(x)s and %(y)s. Choose another axis.", {
            customers: countText(missing.count),
            x: x.label,
            y: y.label,
        });
    }

    highlight(value) {
        const {view} = this.props;
        view.highlighted = view.highlighted === value ? undefined : value;
    }
}

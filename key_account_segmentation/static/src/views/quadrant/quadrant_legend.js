// SPDX-License-Identifier: LGPL-3.0-only
import {Component} from "@odoo/owl";
import {formatInteger} from "@web/views/fields/formatters";
import {QuadrantSwatch} from "./quadrant_swatch";

/** What the colours and shapes mean; a click on one lets the others step back. */
export class QuadrantLegend extends Component {
    static template = "key_account_segmentation.QuadrantLegend";
    static components = {QuadrantSwatch};
    static props = {label: String, series: Array, highlighted: {optional: true}, highlight: Function};

    countOf(series) {
        return formatInteger(series.count);
    }
}

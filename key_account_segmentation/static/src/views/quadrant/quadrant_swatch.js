// SPDX-License-Identifier: LGPL-3.0-only
import {Component} from "@odoo/owl";
import {shapePath} from "./quadrant_geometry";

/** The shape and colour that stand for a value. */
export class QuadrantSwatch extends Component {
    static template = "key_account_segmentation.QuadrantSwatch";
    static props = {series: Object};

    get path() {
        return shapePath(this.props.series.shape, 5);
    }
}

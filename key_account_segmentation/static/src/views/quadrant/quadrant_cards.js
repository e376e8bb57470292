// SPDX-License-Identifier: LGPL-3.0-only
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {countText, quadrantText, sizeText} from "./quadrant_texts";

/** The four quadrants as lists, for narrow screens. */
export class QuadrantCards extends Component {
    static template = "key_account_segmentation.QuadrantCards";
    static props = {model: Object, openRecord: Function, openList: Function};

    get quadrants() {
        const {data} = this.props.model;
        return data.quadrants.map((quadrant) => ({
            ...quadrant,
            text: quadrantText(quadrant, data),
            style: `border-inline-start-color: var(--quadrant-edge-${quadrant.color || 0})`,
            largest: quadrant.largest.map(([id, name, size]) => ({id, name, size: sizeText(size, data)})),
            moreText: _t("All %s", countText(quadrant.count)),
        }));
    }

    openQuadrant({place, name}) {
        this.props.openList(this.props.model.quadrantDomain(place), name);
    }
}

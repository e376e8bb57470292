// SPDX-License-Identifier: LGPL-3.0-only
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {countText, quadrantText, sizeText} from "./quadrant_texts";

/** Places as lists: all of them on a narrow screen, those beside the picture on a wide one. */
export class QuadrantCards extends Component {
    static template = "key_account_segmentation.QuadrantCards";
    static props = {model: Object, places: Array, openRecord: Function, openList: Function};

    get places() {
        const {data} = this.props.model;
        return this.props.places.map((place) => ({
            ...place,
            text: quadrantText(place, data),
            style: `border-inline-start-color: var(--quadrant-edge-${place.color || 0})`,
            largest: place.largest.map(([id, name, size]) => ({id, name, size: sizeText(size, data)})),
            moreText: _t("All %s", countText(place.count)),
        }));
    }

    openPlace({place, name}) {
        this.props.openList(this.props.model.placeDomain(place), name);
    }
}

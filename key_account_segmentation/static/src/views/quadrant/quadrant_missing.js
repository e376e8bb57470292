// SPDX-License-Identifier: LGPL-3.0-only
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {countText, sizeText} from "./quadrant_texts";

/** How many of them are named; the rest is for the list. */
const NAMED = 80;

/** Who is not in the picture: customers without a value on an axis, and those a logarithmic scale cannot show. */
export class QuadrantMissing extends Component {
    static template = "key_account_segmentation.QuadrantMissing";
    static props = {model: Object, openRecord: Function, openList: Function};

    get data() {
        return this.props.model.data;
    }

    /** A narrow screen has lists without a scale. */
    get groups() {
        return [this.valueless, ...(this.env.isSmall ? [] : [this.offScale])].filter(({count}) => count);
    }

    get valueless() {
        const {missing, x, y} = this.data;
        return {
            key: "missing",
            title: _t("No value for %(x)s or %(y)s", {x: x.label, y: y.label}),
            count: missing.count,
            records: missing.records.map(([id, name, size]) => ({id, name, size: sizeText(size, this.data)})),
            domain: this.props.model.missingDomain(),
        };
    }

    get offScale() {
        const {model} = this.props;
        const points = model.offScale.slice(0, NAMED);
        const title = _t("Zero or below: not on a logarithmic scale");
        const records = points.map(([id, name, , , size]) => ({id, name, size: sizeText(size, this.data)}));
        return {key: "scale", title, count: model.offScaleCount, records, domain: model.offScaleDomain()};
    }

    moreText({count, records}) {
        return records.length ? _t("%s more", countText(count - records.length)) : countText(count);
    }
}

// SPDX-License-Identifier: LGPL-3.0-only
import {Component, onWillUpdateProps, useEffect, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatAxisValue, formatFact} from "./quadrant_format";
import {countText, sizeText} from "./quadrant_texts";

const GAP = 10;

/** What the pointer is on: a customer with its facts, read when the card opens, or a bin of many. */
export class QuadrantCard extends Component {
    static template = "key_account_segmentation.QuadrantCard";
    static props = {
        model: Object,
        x: Number,
        y: Number,
        r: Number,
        point: {type: Object, optional: true},
        others: {type: Number, optional: true},
        bin: {type: Object, optional: true},
        isPinned: Boolean,
        open: Function,
    };

    setup() {
        this.ref = useRef("card");
        this.state = useState({facts: null});
        this.readFacts(this.props);
        onWillUpdateProps((next) => this.readFacts(next));
        useEffect(() => this.place());
    }

    async readFacts({model, point}) {
        this.point = point;
        this.state.facts = null;
        if (!point || !model.archInfo.facts.length || model.useSampleModel) {
            return;
        }
        const record = await model.readFacts(point.id);
        if (this.point === point) {
            this.state.facts = this.factsBesideAxes.map((fact) => ({
                label: fact.string,
                value: formatFact(record, fact, model.fields[fact.name]),
            }));
        }
    }

    /** Beside the bubble, on the side where there is room. */
    place() {
        const {el} = this.ref;
        const {clientWidth, clientHeight} = el.offsetParent || document.documentElement;
        const {x, y, r} = this.props;
        const right = x + r + GAP;
        const left = right + el.offsetWidth <= clientWidth ? right : x - r - GAP - el.offsetWidth;
        const top = Math.min(y - el.offsetHeight / 2, clientHeight - el.offsetHeight - GAP);
        el.style.left = `${Math.max(left, GAP)}px`;
        el.style.top = `${Math.max(top, GAP)}px`;
    }

    get title() {
        return this.props.point ? this.props.point.name : countText(this.props.bin.count);
    }

    /** The lines that need no reading. */
    get lines() {
        const {model, point, bin} = this.props;
        const {data} = model;
        const amount = {label: this.sizeLabel, value: sizeText(point ? point.size : bin.size, data)};
        const range = (side, low, high) => `${this.text(side, low)} – ${this.text(side, high)}`;
        const values = point
            ? {x: this.text("x", point.x), y: this.text("y", point.y)}
            : {x: range("x", bin.x0, bin.x1), y: range("y", bin.y0, bin.y1)};
        const lines = ["x", "y"].map((side) => ({label: data[side].label, value: values[side]}));
        return this.isSizeSaid ? lines : [...lines, amount];
    }

    get axisNames() {
        const {x, y} = this.props.model.data;
        return [x.field, y.field];
    }

    /** What stands on an axis is not said twice. */
    get factsBesideAxes() {
        return this.props.model.archInfo.facts.filter(({name}) => !this.axisNames.includes(name));
    }

    get isSizeSaid() {
        const {size, facts} = this.props.model.archInfo;
        const said = [...this.axisNames, ...(this.props.point ? facts.map(({name}) => name) : [])];
        return !size || said.includes(size);
    }

    text(side, value) {
        const {data} = this.props.model;
        return formatAxisValue(value, data[side], {currencyId: data.currency_id});
    }

    get sizeLabel() {
        const {fields, archInfo} = this.props.model;
        return fields[archInfo.size]?.string;
    }

    get quadrantName() {
        const {point, model} = this.props;
        return model.data.quadrants.find((quadrant) => quadrant.place === point?.place)?.name;
    }

    get othersText() {
        return this.props.others
            ? _t("%s on the very same spot: a click lists them.", countText(this.props.others))
            : "";
    }
}

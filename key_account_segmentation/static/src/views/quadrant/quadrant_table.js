// SPDX-License-Identifier: LGPL-3.0-only
import {Component, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatAxisValue} from "./quadrant_format";
import {countText, quadrantText, sizeText} from "./quadrant_texts";

const PAGE = 100;

/** The content of the picture as a table: a quadrant is a group of rows, a customer is a row. */
export class QuadrantTable extends Component {
    static template = "key_account_segmentation.QuadrantTable";
    static props = {model: Object, isShown: Boolean, openRecord: Function, openList: Function};

    setup() {
        this.ref = useRef("table");
        this.state = useState({limit: PAGE});
    }

    get data() {
        return this.props.model.data;
    }

    get columns() {
        const {x, y, colors} = this.data;
        const {model} = this.props;
        const size = model.fields[model.archInfo.size]?.string;
        const isAxis = [x.field, y.field].includes(model.archInfo.size);
        return {x: x.label, y: y.label, size: !isAxis && size, color: colors.field && colors.label};
    }

    /** The groups: the quadrants in reading order, and the points that no quadrant holds, as without a cut. */
    get groups() {
        const rows = this.data.points.slice(0, this.state.limit).map((point) => this.row(point));
        const inPlace = (place) => rows.filter((row) => row.place === place);
        const groups = this.data.quadrants.map((quadrant) => ({
            ...quadrant,
            text: quadrantText(quadrant, this.data),
            rows: inPlace(quadrant.place),
        }));
        const rest = inPlace(null);
        return rest.length ? [...groups, {place: "none", name: _t("No quadrant"), rows: rest}] : groups;
    }

    row([id, name, x, y, size, color, place]) {
        const {currency_id: currencyId} = this.data;
        const series = this.seriesByValue.get(color);
        return {
            id,
            name,
            x: formatAxisValue(x, this.data.x, {currencyId}),
            y: formatAxisValue(y, this.data.y, {currencyId}),
            size: sizeText(size, this.data),
            color: series?.label || "",
            place,
        };
    }

    get seriesByValue() {
        return new Map(this.data.colors.values.map((series) => [series.value, series]));
    }

    get hiddenCount() {
        return Math.max(0, this.data.points.length - this.state.limit);
    }

    get moreText() {
        return _t("Show %s more", Math.min(PAGE, this.hiddenCount));
    }

    showMore() {
        this.state.limit += PAGE;
    }

    get binnedCount() {
        return this.data.bins.reduce((sum, bin) => sum + bin.count, 0);
    }

    get binnedText() {
        return _t("%s more, smaller ones, as a list", countText(this.binnedCount));
    }

    /** One stop for the Tab key; the arrows go from row to row. */
    tabIndex(index) {
        return this.props.isShown && index === 0 ? "0" : "-1";
    }

    onKeydown(ev) {
        const steps = {ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity};
        if (!(ev.key in steps)) {
            return;
        }
        const stops = [...this.ref.el.querySelectorAll(".o_quadrant_stop")];
        const next = stops.indexOf(document.activeElement) + steps[ev.key];
        ev.preventDefault();
        stops[Math.max(0, Math.min(next, stops.length - 1))]?.focus();
    }

    openQuadrant({place, name}) {
        this.props.openList(this.props.model.placeDomain(place), name);
    }

    openBinned() {
        const {model} = this.props;
        this.props.openList(model.restDomain(), _t("Smaller customers"));
    }
}

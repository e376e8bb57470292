// SPDX-License-Identifier: LGPL-3.0-only
import {Domain} from "@web/core/domain";
import {KeepLast} from "@web/core/utils/concurrency";
import {Model} from "@web/model/model";
import {isOnScale, rangeDomain} from "./quadrant_geometry";
import {seriesOf} from "./quadrant_palette";

/** What a person chooses by looking, and the key it has in the context of a favourite. */
const CHOICES = {
    x: "quadrant_x",
    y: "quadrant_y",
    color: "quadrant_color",
    scaleX: "quadrant_scale_x",
    scaleY: "quadrant_scale_y",
};
const SCALES = ["linear", "log"];
const NUMERIC = ["integer", "float", "monetary"];

/** Without a field for it, the size of a record is 1: no amount that anybody would want to read. */
function withoutSizes(answer) {
    const without = (part) => ({...part, size: null});
    const [quadrants, aside] = [answer.quadrants, answer.aside].map((places) => places.map(without));
    return {...answer, quadrants, aside, total: without(answer.total), missing: without(answer.missing)};
}

/** Holds the answer of `matrix_read`, and what is looked at: axes, colour and scales. */
export class QuadrantModel extends Model {
    setup(params) {
        this.keepLast = new KeepLast();
        this.resModel = params.resModel;
        this.fields = params.fields;
        this.archInfo = params.archInfo;
        this.choice = {...params.choice};
        this.data = null;
    }

    async load(searchParams) {
        const isFirst = !this.searchParams;
        this.searchParams = searchParams;
        if (isFirst || this.saysOther(searchParams.context)) {
            this.favourite = this.choiceOf(searchParams.context);
            this.choice = {...this.choice, ...this.favourite};
        }
        await this.read();
    }

    hasData() {
        return Boolean(this.data?.total.count);
    }

    /** Look along other axes or at other colours; what the policy says stays as it is. */
    async choose(choice) {
        const before = this.choice;
        this.choice = {...before, ...choice};
        try {
            await this.read();
        } catch (error) {
            this.choice = before;
            throw error;
        }
        this.notify();
    }

    /** Put a field on an axis; the other axis takes what this one had if it is the same field. */
    chooseAxis(side, field) {
        const other = side === "x" ? "y" : "x";
        const swap = this.data[other].field === field ? {[other]: this.data[side].field} : {};
        const scales = {scaleX: null, scaleY: null};
        return this.choose({[other]: this.data[other].field, ...swap, [side]: field, ...scales});
    }

    backToPolicy() {
        return this.choose({x: null, y: null, scaleX: null, scaleY: null});
    }

    toggleScale(side) {
        this.choice = {...this.choice, [`scale${side.toUpperCase()}`]: this.scale(side) === "log" ? "linear" : "log"};
        this.notify();
    }

    /** The scale an axis is drawn to: the chosen one where it can show anything, else the server's. */
    scale(side) {
        const chosen = this.choice[`scale${side.toUpperCase()}`];
        return SCALES.includes(chosen) && (chosen !== "log" || this.canBeLog(side)) ? chosen : this.data[side].scale;
    }

    canBeLog(side) {
        return this.data[side].max > 0;
    }

    /** Whether a point can be drawn: on a logarithmic scale only values above zero can. */
    isDrawn([, , x, y]) {
        return isOnScale(x, this.scale("x")) && isOnScale(y, this.scale("y"));
    }

    /** Whether a bin can be drawn: the server has one below the values that a logarithmic scale can show. */
    isBinDrawn(bin) {
        return ["x", "y"].every((side) => isOnScale(bin[`${side}1`] - this.least(side), this.scale(side)));
    }

    /** The smallest value above zero. */
    least(side) {
        return this.data[side].min_above_zero || 0;
    }

    /** The points that a logarithmic scale cannot show. */
    get offScale() {
        return this.data.points.filter((point) => !this.isDrawn(point));
    }

    /** How many records a logarithmic scale cannot show, with those in bins. */
    get offScaleCount() {
        const bins = this.data.bins.filter((bin) => !this.isBinDrawn(bin));
        return bins.reduce((sum, {count}) => sum + count, this.offScale.length);
    }

    /** How many of the records are not in the picture. */
    get leftOut() {
        return this.data.missing.count + this.offScaleCount;
    }

    get hasPicture() {
        const {points, bins} = this.data;
        return points.some((point) => this.isDrawn(point)) || bins.some((bin) => this.isBinDrawn(bin));
    }

    /** The places beside the picture where somebody is. */
    get beside() {
        return this.data.aside.filter(({count}) => count);
    }

    get axes() {
        return {x: this.data.x, y: this.data.y};
    }

    get series() {
        const {field, values} = this.data.colors;
        return field ? seriesOf(values, this.fields[field]) : [];
    }

    /** What may be put on an axis: what the arch names, else what the server offers, else every number of the model. */
    get axisFields() {
        const {axes} = this.archInfo;
        if (!axes.length && this.data.axes) {
            return this.data.axes;
        }
        const isNumber = (name) => name !== "id" && this.fields[name].store && NUMERIC.includes(this.fields[name].type);
        const names = axes.length ? axes : Object.keys(this.fields).filter(isNumber);
        return names.map((name) => ({field: name, label: this.fields[name].string, help: this.fields[name].help}));
    }

    /** Whether other axes are looked at than the policy's, which count in a view that names none. */
    get isLooking() {
        const {x, y} = this.archInfo;
        return !x && !y && !this.data.is_policy && Boolean(this.choice.x || this.choice.y);
    }

    /** What a favourite has to keep. */
    getContext() {
        const chosen = Object.entries(CHOICES).filter(([name]) => this.choice[name]);
        return Object.fromEntries(chosen.map(([name, key]) => [key, this.choice[name]]));
    }

    // Domains of the lists that are opened from the picture

    domain(part = []) {
        return Domain.and([this.searchParams.domain, part]).toList();
    }

    /** The records that the picture may show: who stands beside it has values, too. */
    drawnDomain(part) {
        return this.domain(Domain.and([this.data.drawn, part]).toList());
    }

    /** The records of a quadrant, or of a place beside the picture. */
    placeDomain(place) {
        const isPlace = (one) => one.place === place;
        const beside = this.data.aside.find(isPlace);
        return beside ? this.domain(beside.domain) : this.drawnDomain(this.data.quadrants.find(isPlace).domain || []);
    }

    rangeDomain(ranges) {
        return this.drawnDomain(rangeDomain(this.axes, ranges));
    }

    /** The records that a bin counts: those in its box that are not among the points, which are the largest. */
    binDomain({x0, x1, y0, y1}) {
        const {x, y} = this.axes;
        const box = [
            [x.field, ">=", x0],
            [x.field, "<", x1],
            [y.field, ">=", y0],
            [y.field, "<", y1],
        ];
        return Domain.and([this.drawnDomain(box), this.laterDomain()]).toList();
    }

    /** The records that are no points of their own. */
    restDomain() {
        return this.drawnDomain(this.laterDomain());
    }

    laterDomain() {
        const [id, , , , size] = this.data.points.at(-1);
        const field = this.archInfo.size;
        const isLater = [["id", ">", id]];
        return field ? ["|", [field, "<", size], "&", [field, "=", size], ...isLater] : isLater;
    }

    missingDomain() {
        return this.domain(this.data.missing.domain);
    }

    offScaleDomain() {
        const sides = ["x", "y"].filter((side) => this.scale(side) === "log");
        const below = Domain.or(sides.map((side) => [[this.data[side].field, "<=", 0]]));
        return this.drawnDomain(Domain.and([below, ...this.emptiable.map((field) => [[field, "!=", false]])]).toList());
    }

    /** The axes that tell no value from 0: of others everybody has one. */
    get emptiable() {
        return [this.data.x, this.data.y].filter((axis) => axis.can_be_empty).map(({field}) => field);
    }

    /** The facts of one record for its card, read once. */
    async readFacts(id) {
        this.facts[id] ||= this.orm.webRead(this.resModel, [id], {
            specification: this.factSpecification,
            context: this.searchParams.context,
        });
        const [record] = await this.facts[id];
        return record || {};
    }

    get factSpecification() {
        const specification = {};
        for (const {name} of this.archInfo.facts) {
            const {type, currency_field: currency} = this.fields[name];
            specification[name] = type === "many2one" ? {fields: {display_name: {}}} : {};
            if (type === "monetary" && currency) {
                specification[currency] ||= {};
            }
        }
        return specification;
    }

    choiceOf(context) {
        const chosen = Object.entries(CHOICES).filter(([, key]) => context[key]);
        return Object.fromEntries(chosen.map(([name, key]) => [name, context[key]]));
    }

    saysOther(context) {
        return JSON.stringify(this.choiceOf(context)) !== JSON.stringify(this.favourite);
    }

    async read() {
        const {domain, context} = this.searchParams;
        const {x, y, color} = this.choice;
        const {archInfo} = this;
        const call = this.orm.call(this.resModel, "matrix_read", [], {
            domain,
            x: x || archInfo.x,
            y: y || archInfo.y,
            size: archInfo.size,
            color: color || archInfo.color,
            context,
        });
        const answer = await this.keepLast.add(call);
        this.data = archInfo.size ? answer : withoutSizes(answer);
        this.facts = {};
    }
}

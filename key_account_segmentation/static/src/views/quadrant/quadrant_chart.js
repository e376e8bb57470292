// SPDX-License-Identifier: LGPL-3.0-only
/* global Chart */
import {Component, onWillStart, onWillUnmount, useEffect, useExternalListener, useRef, useState} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";
import {browser} from "@web/core/browser/browser";
import {localization} from "@web/core/l10n/localization";
import {_t} from "@web/core/l10n/translation";
import {QuadrantCard} from "./quadrant_card";
import {formatAxisValue} from "./quadrant_format";
import {boxAt, boxValues, brushBox, bubbleAt, bubblesOnSpot} from "./quadrant_geometry";
import {readTheme} from "./quadrant_palette";
import {QuadrantPlugin} from "./quadrant_plugin";
import {makeAxis, makeBins, makeBubbles, radiusLimits} from "./quadrant_scene";
import {axisText, quadrantText, summaryText} from "./quadrant_texts";

/** Room for a quadrant's header between the outermost values and the border, and beside a cut. */
const HEADER_ROOM = 46;
const ADVICE_ROOM = 16;
const SIDE_ROOM = 190;
const BORDER_ROOM = 6;
/** What ticks and title of an axis take of the canvas, about: the layout itself needs the ranges first. */
const AXIS_ROOM = {x: 90, y: 66};
const PIXELS_PER_TICK = {x: 110, y: 60};
const DRAG_MIN = 5;
const CARD_DELAY = 120;
/** What benches read: the duration of the last drawing is the last measure of this name. */
export const DRAW_MEASURE = "quadrant draw";

export class QuadrantChart extends Component {
    static template = "key_account_segmentation.QuadrantChart";
    static components = {QuadrantCard};
    static props = {
        model: Object,
        choice: Object,
        data: Object,
        highlighted: {optional: true},
        isSelecting: Boolean,
        openRecord: Function,
        openList: Function,
        setExport: Function,
    };

    setup() {
        this.rootRef = useRef("root");
        this.canvasRef = useRef("canvas");
        this.state = useState({headers: [], ring: null, card: null, brush: null, cursor: "default"});
        this.start = null;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.data, this.props.choice, this.props.highlighted]
        );
        useExternalListener(window, "pointermove", (ev) => this.onDrag(ev));
        useExternalListener(window, "pointerup", (ev) => this.onDrop(ev));
        useExternalListener(window, "keydown", (ev) => ev.key === "Escape" && this.stopBrush());
        this.props.setExport(() => this.chart.canvas);
        onWillUnmount(() => {
            browser.clearTimeout(this.cardTimer);
            this.chart?.destroy();
        });
    }

    get summary() {
        return summaryText(this.props.data);
    }

    // Drawing

    draw() {
        this.chart?.destroy();
        this.hide();
        const start = performance.now();
        this.scene = this.makeScene();
        this.chart = new Chart(this.canvasRef.el, this.chartConfig());
        performance.clearMeasures(DRAW_MEASURE);
        performance.measure(DRAW_MEASURE, {start, end: performance.now()});
    }

    makeScene() {
        const {model, data} = this.props;
        const headers = {};
        for (const quadrant of data.quadrants) {
            headers[quadrant.place] = {
                name: quadrant.name,
                text: quadrantText(quadrant, data),
                advice: quadrant.advice && quadrant.advice.replace(/\s+/g, " "),
                color: quadrant.color || 0,
            };
        }
        return {
            headers,
            bubbles: makeBubbles(model, this.size),
            bins: makeBins(model),
            axes: {x: this.makeAxis("x"), y: this.makeAxis("y")},
            theme: readTheme(this.rootRef.el),
            isMirrored: localization.direction === "rtl",
        };
    }

    get size() {
        const {clientWidth: width, clientHeight: height} = this.rootRef.el;
        return {width, height};
    }

    makeAxis(side) {
        const pixels = (side === "x" ? this.size.width : this.size.height) - AXIS_ROOM[side];
        const sideRoom = side === "x" ? SIDE_ROOM : this.headerRoom;
        const ticks = pixels / PIXELS_PER_TICK[side];
        return makeAxis(this.props.model, side, {pixels, pads: this.pads(side), sideRoom, ticks});
    }

    get headerRoom() {
        return this.props.data.quadrants.some(({advice}) => advice) ? HEADER_ROOM + ADVICE_ROOM : HEADER_ROOM;
    }

    /** Room at the low and the high end: for the largest bubbles and for the headers. */
    pads(side) {
        const {biggest} = radiusLimits(this.size);
        const room = biggest + BORDER_ROOM + (side === "y" ? this.headerRoom : 0);
        return {low: room, high: room};
    }

    chartConfig() {
        const {theme, bubbles} = this.scene;
        return {
            type: "bubble",
            data: {datasets: [this.dataset(bubbles)]},
            options: {
                animation: false,
                events: [],
                maintainAspectRatio: false,
                font: {family: theme.font, size: 12},
                color: theme.text,
                layout: {autoPadding: false, padding: {top: 4, left: 12, right: 16, bottom: 8}},
                plugins: {legend: {display: false}, tooltip: {enabled: false}},
                scales: {x: this.scaleOptions("x"), y: this.scaleOptions("y")},
            },
            plugins: [new QuadrantPlugin(this.scene, (layout) => this.onLayout(layout))],
        };
    }

    dataset(bubbles) {
        const {theme} = this.scene;
        const isDim = ({series}) => this.props.highlighted !== undefined && series?.value !== this.props.highlighted;
        const color = ({series}) => series?.color ?? "none";
        return {
            data: bubbles.map(({x, y, radius}) => ({x, y, r: radius})),
            pointStyle: bubbles.map(({series}) => series?.shape ?? "circle"),
            backgroundColor: bubbles.map((bubble) => (isDim(bubble) ? "transparent" : theme.fills[color(bubble)])),
            borderColor: bubbles.map((bubble) => (isDim(bubble) ? theme.bin : theme.series[color(bubble)])),
            borderWidth: 1.25,
            clip: false,
        };
    }

    scaleOptions(side) {
        const {theme, axes, isMirrored} = this.scene;
        const axis = this.props.data[side];
        const {scale, range, ticks, cut} = axes[side];
        const isCut = ({tick}) => tick?.value === cut;
        const {currency_id: currencyId} = this.props.data;
        return {
            type: scale === "log" ? "logarithmic" : "linear",
            bounds: "data",
            reverse: Boolean(axis.reversed) !== (side === "x" && isMirrored),
            position: side === "x" ? "bottom" : isMirrored ? "right" : "left",
            afterDataLimits: (scaleShown) => Object.assign(scaleShown, range),
            afterBuildTicks: (scaleShown) => (scaleShown.ticks = ticks.map((value) => ({value}))),
            grid: {drawOnChartArea: false, color: theme.line},
            border: {color: theme.line},
            title: {display: true, text: axisText(axis), color: theme.text, font: {size: 13, weight: "bold"}},
            ticks: {
                autoSkip: false,
                maxRotation: 0,
                callback: (value) => formatAxisValue(value, axis, {currencyId, isShort: true}),
                color: (context) => (isCut(context) ? theme.text : theme.muted),
                font: (context) => ({weight: isCut(context) ? "bold" : "normal"}),
            },
        };
    }

    onLayout(layout) {
        this.layout = layout;
        this.state.headers = layout.headers.map(({place, left, top, right, bottom}) => ({
            place,
            quadrant: this.props.data.quadrants.find((quadrant) => quadrant.place === place),
            style: `left: ${left - 4}px; top: ${top - 3}px; width: ${right - left + 8}px; height: ${bottom - top + 6}px`,
        }));
    }

    // Pointing

    pointerPosition(ev) {
        const {left, top} = this.canvasRef.el.getBoundingClientRect();
        return {x: ev.clientX - left, y: ev.clientY - top};
    }

    /** What lies under a pixel: {bubble, others} or {bin}, else nothing. */
    targetAt(position) {
        const bubble = bubbleAt(this.layout.bubbles, position);
        if (bubble >= 0) {
            return {bubble, onSpot: bubblesOnSpot(this.layout.bubbles, bubble)};
        }
        const bin = boxAt(this.layout.bins, position);
        return bin >= 0 ? {bin} : {};
    }

    onPointerMove(ev) {
        if (this.start) {
            return;
        }
        const position = this.pointerPosition(ev);
        const target = this.targetAt(position);
        const isOver = target.bubble !== undefined || target.bin !== undefined;
        this.state.cursor = isOver ? "pointer" : this.isInArea(position) && this.canBrush(ev) ? "crosshair" : "default";
        if (isOver) {
            this.show(target);
        } else {
            this.hide();
        }
    }

    isInArea({x, y}) {
        const {left, right, top, bottom} = this.layout.area;
        return x >= left && x <= right && y >= top && y <= bottom;
    }

    /** A mouse draws a box at once; a finger scrolls, unless it was told to select. */
    canBrush(ev) {
        return ev.pointerType === "mouse" || this.props.isSelecting;
    }

    show(target, isPinned = false) {
        const key = JSON.stringify(target);
        if (key === this.shownKey && !isPinned) {
            return;
        }
        this.hide();
        this.shownKey = key;
        const {ring, card} = target.bubble === undefined ? this.binCard(target.bin) : this.bubbleCard(target);
        this.state.ring = ring;
        const open = () => (this.state.card = {...card, isPinned});
        this.cardTimer = isPinned ? open() : browser.setTimeout(open, CARD_DELAY);
    }

    bubbleCard({bubble, onSpot}) {
        const {px, py, r} = this.layout.bubbles[bubble];
        const style = `left: ${px - r - 3}px; top: ${py - r - 3}px; width: ${2 * r + 6}px; height: ${2 * r + 6}px`;
        return {
            ring: {style, isRound: true},
            card: {x: px, y: py, r, point: this.scene.bubbles[bubble], others: onSpot.length - 1},
        };
    }

    binCard(index) {
        const {left, top, right, bottom} = this.layout.bins[index];
        const style = `left: ${left}px; top: ${top}px; width: ${right - left}px; height: ${bottom - top}px`;
        const card = {
            x: (left + right) / 2,
            y: (top + bottom) / 2,
            r: (right - left) / 2,
            bin: this.scene.bins[index].bin,
        };
        return {ring: {style, isRound: false}, card};
    }

    hide() {
        browser.clearTimeout(this.cardTimer);
        this.shownKey = null;
        Object.assign(this.state, {ring: null, card: null});
    }

    onPointerDown(ev) {
        if (ev.button === 0 && ev.isPrimary !== false) {
            const isOnHeader = Boolean(ev.target.closest(".o_quadrant_header"));
            this.start = {...this.pointerPosition(ev), canBrush: this.canBrush(ev), shown: this.shownKey, isOnHeader};
        }
    }

    onDrag(ev) {
        if (!this.start?.canBrush) {
            return;
        }
        const position = this.pointerPosition(ev);
        if (this.state.brush || Math.hypot(position.x - this.start.x, position.y - this.start.y) >= DRAG_MIN) {
            this.hide();
            this.state.brush = brushBox(this.start, position, this.layout.area);
        }
    }

    onDrop(ev) {
        const {start} = this;
        const {brush} = this.state;
        this.stopBrush();
        this.hasBrushed = Boolean(brush);
        if (brush) {
            this.openBox(brush);
        } else if (start && !start.isOnHeader) {
            this.onPick(ev, start);
        }
    }

    stopBrush() {
        this.start = null;
        this.state.brush = null;
    }

    get brushStyle() {
        const {left, top, right, bottom} = this.state.brush;
        return `left: ${left}px; top: ${top}px; width: ${right - left}px; height: ${bottom - top}px`;
    }

    // Opening

    /** A finger has no hover: its first touch shows the card, the second one opens. */
    onPick(ev, start) {
        const target = this.targetAt(start);
        const isOver = target.bubble !== undefined || target.bin !== undefined;
        if (isOver && ev.pointerType === "touch" && start.shown !== JSON.stringify(target)) {
            this.show(target, true);
        } else if (isOver) {
            this.open(target, ev.ctrlKey || ev.metaKey);
        } else {
            this.hide();
        }
    }

    open({bubble, onSpot, bin}, newWindow) {
        const {model, openList, openRecord} = this.props;
        if (bin !== undefined) {
            return openList(model.binDomain(this.scene.bins[bin].bin), _t("Smaller customers"));
        }
        const ids = onSpot.map((index) => this.scene.bubbles[index].id);
        return ids.length > 1
            ? openList(model.domain([["id", "in", ids]]), _t("Selection"))
            : openRecord(this.scene.bubbles[bubble].id, {newWindow});
    }

    openBox(box) {
        const {scales} = this.chart;
        const valueAt = {
            x: (pixel) => scales.x.getValueForPixel(pixel),
            y: (pixel) => scales.y.getValueForPixel(pixel),
        };
        this.props.openList(this.props.model.rangeDomain(boxValues(box, valueAt)), _t("Selection"));
    }

    /** A rectangle may begin and end on a header, which is no click on it. */
    onHeaderClick(place) {
        if (!this.hasBrushed) {
            this.openQuadrant(place);
        }
    }

    openQuadrant(place) {
        const {name} = this.props.data.quadrants.find((quadrant) => quadrant.place === place);
        this.props.openList(this.props.model.placeDomain(place), name);
    }
}

// SPDX-License-Identifier: LGPL-3.0-only
import {PLACES, headerBox, placeLabels, quadrantBoxes, shorten} from "./quadrant_geometry";

const HEADER_MARGIN = 8;
const LABELS = 30;
const LABEL_CANDIDATES = 90;
const LABEL_WIDTH = 160;
const LINE_HEIGHT = 16;
const TITLE_GAP = 4;

const fontOf = (theme, size, weight = "normal") => `${weight} ${size}px ${theme.font}`;

function pixelBox(scales, {x0, x1, y0, y1}) {
    const across = [scales.x.getPixelForValue(x0), scales.x.getPixelForValue(x1)].sort((a, b) => a - b);
    const down = [scales.y.getPixelForValue(y0), scales.y.getPixelForValue(y1)].sort((a, b) => a - b);
    return {left: across[0], right: across[1], top: down[0], bottom: down[1]};
}

/**
 * A plugin for Chart.js that draws what a bubble chart does not know: the four areas with their headers, the cut lines,
 * the bins and the labels. The positions are computed once per update and given to `onLayout`.
 */
export class QuadrantPlugin {
    id = "quadrant";

    /**
     * @param {Object} scene bubbles, bins, headers ({place: {name, text, advice, color}}), theme, isMirrored
     * @param {(layout: Object) => void} onLayout
     */
    constructor(scene, onLayout) {
        this.scene = scene;
        this.onLayout = onLayout;
    }

    afterUpdate(chart) {
        const {scales, chartArea: area, ctx} = chart;
        const {bubbles, bins, axes} = this.scene;
        const hasCuts = axes.x.cut !== null && axes.y.cut !== null;
        const cut = hasCuts && {x: scales.x.getPixelForValue(axes.x.cut), y: scales.y.getPixelForValue(axes.y.cut)};
        this.layout = {
            area,
            cut,
            boxes: hasCuts ? quadrantBoxes(area, cut, this.scene.isMirrored) : {},
            bins: bins.map((bin) => pixelBox(scales, bin)),
            bubbles: chart.getDatasetMeta(0).data.map(({x, y}, index) => ({px: x, py: y, r: bubbles[index].radius})),
        };
        this.layout.headers = this.layHeaders(ctx);
        this.layout.labels = this.layLabels(ctx);
        this.onLayout(this.layout);
    }

    layHeaders(ctx) {
        const {headers} = this.scene;
        const {boxes, area} = this.layout;
        return PLACES.filter((place) => boxes[place] && headers[place]).map((place) => {
            const lines = this.headerLines(headers[place]);
            const widths = lines.map(({text, font}) => {
                ctx.font = font;
                return ctx.measureText(text).width;
            });
            const size = {width: Math.ceil(Math.max(...widths)) + 2, height: LINE_HEIGHT * lines.length + TITLE_GAP};
            return {place, lines, ...headerBox(boxes[place], area, size, HEADER_MARGIN)};
        });
    }

    /** Name, sums, and what to do, as far as it fits. */
    headerLines({name, text, advice}) {
        const {theme} = this.scene;
        const lines = [
            {text: name, color: theme.text, font: fontOf(theme, 14, "bold")},
            {text, color: theme.muted, font: fontOf(theme, 12)},
        ];
        return advice ? [...lines, {text: advice, color: theme.text, font: fontOf(theme, 12)}] : lines;
    }

    layLabels(ctx) {
        const {bubbles, theme} = this.scene;
        ctx.font = fontOf(theme, 12);
        const measure = (text) => ctx.measureText(text).width;
        const texts = bubbles.slice(0, LABEL_CANDIDATES).map(({name}) => shorten(name, LABEL_WIDTH, measure));
        const candidates = texts.map((text, index) => ({
            ...this.layout.bubbles[index],
            width: measure(text) + 2,
            height: LINE_HEIGHT,
        }));
        const {area, headers} = this.layout;
        const placed = placeLabels(candidates, area, headers, LABELS, this.layout.bubbles);
        return Object.entries(placed).map(([index, box]) => ({...box, text: texts[index], index: Number(index)}));
    }

    beforeDatasetsDraw({ctx}) {
        ctx.save();
        this.drawAreas(ctx);
        this.drawBins(ctx);
        this.drawCuts(ctx);
        ctx.restore();
    }

    afterDatasetsDraw({ctx}) {
        ctx.save();
        this.drawLabels(ctx);
        this.drawHeaders(ctx);
        ctx.restore();
    }

    drawAreas(ctx) {
        const {headers, theme} = this.scene;
        for (const [place, {left, top, right, bottom}] of Object.entries(this.layout.boxes)) {
            ctx.fillStyle = theme.areas[headers[place]?.color ?? 0];
            ctx.fillRect(left, top, right - left, bottom - top);
        }
    }

    drawBins(ctx) {
        const {bins, theme} = this.scene;
        const most = Math.max(1, ...bins.map(({count}) => count));
        ctx.fillStyle = theme.bin;
        this.layout.bins.forEach(({left, top, right, bottom}, index) => {
            ctx.globalAlpha = 0.15 + 0.6 * Math.sqrt(bins[index].count / most);
            ctx.fillRect(left + 0.5, top + 0.5, Math.max(right - left - 1, 1), Math.max(bottom - top - 1, 1));
        });
        ctx.globalAlpha = 1;
    }

    drawCuts(ctx) {
        const {area, cut} = this.layout;
        if (!cut) {
            return;
        }
        ctx.strokeStyle = this.scene.theme.line;
        ctx.lineWidth = 1.5;
        ctx.setLineDash([6, 4]);
        ctx.beginPath();
        ctx.moveTo(cut.x, area.top);
        ctx.lineTo(cut.x, area.bottom);
        ctx.moveTo(area.left, cut.y);
        ctx.lineTo(area.right, cut.y);
        ctx.stroke();
        ctx.setLineDash([]);
    }

    drawLabels(ctx) {
        const {theme} = this.scene;
        ctx.font = fontOf(theme, 12);
        for (const {text, left, top, bottom} of this.layout.labels) {
            this.drawText(ctx, text, left + 1, (top + bottom) / 2, theme.text);
        }
    }

    drawHeaders(ctx) {
        for (const {lines, left, right, top, isLeft} of this.layout.headers) {
            lines.forEach(({text, color, font}, index) => {
                ctx.font = font;
                const shown = shorten(text, right - left, (part) => ctx.measureText(part).width);
                const x = isLeft ? left : right - ctx.measureText(shown).width;
                const y = top + LINE_HEIGHT * (index + 0.5) + (index ? TITLE_GAP : 0);
                this.drawText(ctx, shown, x, y, color);
            });
        }
    }

    /** A text with a halo in the colour of the background, so that it can be read above bubbles. */
    drawText(ctx, text, x, y, color) {
        ctx.textAlign = "left";
        ctx.textBaseline = "middle";
        ctx.lineJoin = "round";
        ctx.lineWidth = 4;
        ctx.strokeStyle = this.scene.theme.background;
        ctx.strokeText(text, x, y);
        ctx.fillStyle = color;
        ctx.fillText(text, x, y);
    }
}

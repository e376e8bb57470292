// SPDX-License-Identifier: LGPL-3.0-only
import {shapePath} from "./quadrant_geometry";

const PADDING = 16;
const TITLE_HEIGHT = 28;
const LEGEND_HEIGHT = 24;

/**
 * The picture as a canvas of its own, on an opaque ground, with a title and the legend: what a person sends to others.
 *
 * @param {HTMLCanvasElement} chart
 * @param {{title: string, legend: {label: string, color: string, shape: string}[], theme: Object}} frame
 */
export function drawImage(chart, {title, legend, theme}) {
    const ratio = chart.width / chart.clientWidth;
    const canvas = document.createElement("canvas");
    const head = PADDING + TITLE_HEIGHT + LEGEND_HEIGHT;
    canvas.width = chart.width + 2 * PADDING * ratio;
    canvas.height = chart.height + (head + PADDING) * ratio;
    const ctx = canvas.getContext("2d");
    ctx.fillStyle = theme.background;
    ctx.fillRect(0, 0, canvas.width, canvas.height);
    ctx.drawImage(chart, PADDING * ratio, head * ratio);
    ctx.scale(ratio, ratio);
    ctx.textBaseline = "middle";
    drawTitle(ctx, title, theme);
    drawLegend(ctx, legend, theme);
    return canvas;
}

function drawTitle(ctx, title, theme) {
    ctx.font = `bold 16px ${theme.font}`;
    ctx.fillStyle = theme.text;
    ctx.fillText(title, PADDING, PADDING + TITLE_HEIGHT / 2);
}

function drawLegend(ctx, legend, theme) {
    let left = PADDING;
    const middle = PADDING + TITLE_HEIGHT + LEGEND_HEIGHT / 2;
    ctx.font = `12px ${theme.font}`;
    for (const {label, color, shape} of legend) {
        const path = new Path2D();
        path.addPath(new Path2D(shapePath(shape, 5)), {e: left + 6, f: middle});
        ctx.fillStyle = theme.fills[color];
        ctx.strokeStyle = theme.series[color];
        ctx.fill(path);
        ctx.stroke(path);
        ctx.fillStyle = theme.text;
        ctx.fillText(label, left + 16, middle);
        left += 32 + ctx.measureText(label).width;
    }
}

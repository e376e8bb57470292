// SPDX-License-Identifier: LGPL-3.0-only
import {visitXML} from "@web/core/utils/xml";
import {exprToBoolean} from "@web/core/utils/strings";

const names = (node, attribute) =>
    (node.getAttribute(attribute) || "")
        .split(",")
        .map((name) => name.trim())
        .filter(Boolean);

/** Reads `<quadrant x= y= size= color= colors= axes=>` with the fields of the hover card in it. */
export class QuadrantArchParser {
    /**
     * @param {Element} xmlDoc checked by the server
     * @param {Object} fields those the user may read: a field of another group is left out
     */
    parse(xmlDoc, fields = {}) {
        const archInfo = {...this.parseRoot(xmlDoc, fields), facts: []};
        visitXML(xmlDoc, (node) => {
            if (node.tagName === "field" && node.getAttribute("name") in fields) {
                archInfo.facts.push(...this.parseFact(node, fields));
            }
        });
        return archInfo;
    }

    parseRoot(node, fields) {
        const colors = names(node, "colors").filter((name) => name in fields);
        const color = names(node, "color").find((name) => name in fields) || colors[0] || false;
        return {
            title: node.getAttribute("string") || "",
            x: node.getAttribute("x") || false,
            y: node.getAttribute("y") || false,
            size: node.getAttribute("size") || false,
            color,
            colors: color && !colors.includes(color) ? [color, ...colors] : colors,
            axes: names(node, "axes").filter((name) => name in fields),
        };
    }

    parseFact(node, fields) {
        const name = node.getAttribute("name");
        const invisible = node.getAttribute("invisible") || "";
        if (["1", "True"].includes(invisible) || exprToBoolean(node.getAttribute("column_invisible"))) {
            return [];
        }
        return [
            {name, string: node.getAttribute("string") || fields[name].string, widget: node.getAttribute("widget")},
        ];
    }
}

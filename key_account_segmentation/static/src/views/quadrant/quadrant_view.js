// SPDX-License-Identifier: LGPL-3.0-only
import {registry} from "@web/core/registry";
import {QuadrantArchParser} from "./quadrant_arch_parser";
import {QuadrantController} from "./quadrant_controller";
import {QuadrantModel} from "./quadrant_model";
import {QuadrantRenderer} from "./quadrant_renderer";
import "./quadrant_sample";

/** Records on two of their numbers, cut into four quadrants. */
export const quadrantView = {
    type: "quadrant",
    ArchParser: QuadrantArchParser,
    Controller: QuadrantController,
    Model: QuadrantModel,
    Renderer: QuadrantRenderer,
    searchMenuTypes: ["filter", "favorite"],

    props: (genericProps, view) => ({
        ...genericProps,
        Model: view.Model,
        Renderer: view.Renderer,
        archInfo: new view.ArchParser().parse(genericProps.arch, genericProps.fields),
    }),
};

registry.category("views").add("quadrant", quadrantView);

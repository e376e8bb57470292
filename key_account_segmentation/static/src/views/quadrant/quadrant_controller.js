// SPDX-License-Identifier: LGPL-3.0-only
import {Component, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {useBus, useService} from "@web/core/utils/hooks";
import {useModelWithSampleData} from "@web/model/model";
import {useSetupAction} from "@web/search/action_hook";
import {CogMenu} from "@web/search/cog_menu/cog_menu";
import {Layout} from "@web/search/layout";
import {SearchBar} from "@web/search/search_bar/search_bar";
import {useSearchBarToggler} from "@web/search/search_bar/search_bar_toggler";
import {ActionHelper} from "@web/views/action_helper";
import {standardViewProps} from "@web/views/standard_view_props";
import {drawImage} from "./quadrant_image";
import {readTheme} from "./quadrant_palette";
import {QuadrantToolbar} from "./quadrant_toolbar";

export class QuadrantController extends Component {
    static template = "key_account_segmentation.QuadrantView";
    static components = {ActionHelper, CogMenu, Layout, QuadrantToolbar, SearchBar};
    static props = {
        ...standardViewProps,
        Model: Function,
        Renderer: Function,
        archInfo: Object,
    };

    setup() {
        const {resModel, fields, archInfo, state} = this.props;
        this.action = useService("action");
        this.rootRef = useRef("root");
        this.view = useState({isTable: false, isSelecting: false, isMissingShown: false, ...state?.view});
        this.model = useModelWithSampleData(
            this.props.Model,
            {resModel, fields, archInfo, choice: state?.choice},
            this.modelOptions
        );
        useSetupAction({
            rootRef: this.rootRef,
            getLocalState: () => ({choice: this.model.choice, view: {...this.view}}),
            getContext: () => this.model.getContext(),
        });
        this.searchBarToggler = useSearchBarToggler();
        useBus(this.env.searchModel, "focus-view", () => this.focusView());
    }

    /** Arrow down leaves Odoo's search bar, which the Tab key does not. */
    focusView() {
        if (!this.model.useSampleModel) {
            const stop = this.view.isTable ? ".o_quadrant_stop" : ".o_quadrant_toolbar button";
            this.rootRef.el.querySelector(stop)?.focus();
        }
    }

    get modelOptions() {
        const {isReloadingController} = this.env.config;
        return {lazy: !isReloadingController && !this.env.inDialog && Boolean(this.props.display.controlPanel)};
    }

    get title() {
        return this.props.archInfo.title || this.env.config.getDisplayName() || _t("Matrix");
    }

    openRecord(id, options) {
        return this.props.selectRecord(id, options);
    }

    /** A list of the records of a domain, from which Odoo's own export and actions work. */
    openList(domain, name) {
        const views = ["list", "form"].map((type) => this.viewOf(type));
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: name || this.title,
            res_model: this.props.resModel,
            domain,
            context: this.listContext,
            search_view_id: this.env.config.views?.find(([, type]) => type === "search"),
            views,
        });
    }

    viewOf(type) {
        return this.env.config.views?.find((view) => view[1] === type) || [false, type];
    }

    /** The context without what belongs to this search: the domain holds it already. */
    get listContext() {
        const isKept = ([key]) =>
            key !== "group_by" && !key.startsWith("search_default_") && !key.startsWith("quadrant_");
        return Object.fromEntries(Object.entries(this.model.searchParams.context).filter(isKept));
    }

    exportImage() {
        const {data, series} = this.model;
        const canvas = drawImage(this.getCanvas(), {
            title: `${this.title}: ${data.x.label} × ${data.y.label}`,
            legend: series,
            theme: readTheme(this.rootRef.el),
        });
        const link = document.createElement("a");
        link.download = `${this.title}.png`;
        link.href = canvas.toDataURL("image/png");
        link.click();
    }
}

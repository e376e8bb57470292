// SPDX-License-Identifier: LGPL-3.0-only
import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

/** Works out all customers batch by batch and shows how far it is; closed early, the scheduled action goes on. */
export class KeyAccountRefresh extends Component {
    static template = "key_account_segmentation.Refresh";
    static props = {...standardActionServiceProps};

    setup() {
        // the service as such: what was begun is handed over even after the dialog is gone
        this.orm = this.env.services.orm;
        this.action = useService("action");
        this.state = useState({runs: [], error: "", finished: false});
        this.left = false;
        onMounted(() => this.refresh());
        onWillUnmount(() => this.leave());
    }

    leave() {
        this.left = true;
        if (!this.state.finished && this.state.runs.length) {
            this.handOver(this.state.runs.map((run) => run.id));
        }
    }

    handOver(ids) {
        return this.orm.call("key.account.run", "refresh_in_background", [ids]);
    }

    async refresh() {
        try {
            const ids = await this.orm.call("key.account.run", "refresh_start", []);
            if (this.left) {
                return await this.handOver(ids);
            }
            this.state.runs = ids.map((id) => ({id, company: "", state: "waiting", done: 0, total: 0, changed: 0}));
            for (const run of this.state.runs) {
                await this.refreshCompany(run);
            }
            this.state.finished = true;
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
    }

    async refreshCompany(run) {
        while (!this.left && ["waiting", "running"].includes(run.state)) {
            Object.assign(run, await this.orm.call("key.account.run", "refresh_step", [run.id]));
        }
    }

    percentage(run) {
        if (run.state === "done") {
            return 100;
        }
        return !run.total ? 0 : Math.round((100 * run.done) / run.total);
    }

    async close() {
        await this.action.doAction({type: "ir.actions.act_window_close"});
        await this.action.doAction("soft_reload");
    }
}

registry.category("actions").add("key_account_refresh", KeyAccountRefresh);

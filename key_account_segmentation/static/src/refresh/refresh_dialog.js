import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Works out all customers batch by batch and shows how far it is; closed early, the scheduled action goes on. */
export class KeyAccountRefresh extends Component {
    static template = "key_account_segmentation.Refresh";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ runs: [], error: "", finished: false });
        this.left = false;
        onMounted(() => this.refresh());
        onWillUnmount(() => {
            this.left = true;
        });
    }

    async refresh() {
        try {
            for (const id of await this.orm.call("key.account.run", "refresh_start", [])) {
                await this.refreshCompany(id);
            }
            this.state.finished = true;
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
    }

    async refreshCompany(id) {
        const index = this.state.runs.push({ id, company: "", done: 0, total: 0, changed: 0 }) - 1;
        do {
            if (this.left) {
                return;
            }
            Object.assign(
                this.state.runs[index],
                await this.orm.call("key.account.run", "refresh_step", [id])
            );
        } while (["waiting", "running"].includes(this.state.runs[index].state));
    }

    percentage(run) {
        return run.state === "done" || !run.total ? 100 : Math.round((100 * run.done) / run.total);
    }

    async close() {
        await this.action.doAction({ type: "ir.actions.act_window_close" });
        await this.action.doAction("soft_reload");
    }
}

registry.category("actions").add("key_account_refresh", KeyAccountRefresh);

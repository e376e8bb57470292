import {KanbanController} from "@web/views/kanban/kanban_controller";
import {KanbanHeader} from "@web/views/kanban/kanban_header";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {extractFieldsFromArchInfo} from "@web/model/relational_model/utils";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {shareInPercent} from "../fields/percentage_or_empty/percentage_text";

const QUADRANT = "quadrant_id";
const REVENUE = "revenue_12m";
const QUADRANT_FIELDS = {
    advice: {name: "advice", type: "text", string: "What to Do", readonly: true},
};

/** The head of a column: share of revenue, and what to do with the customers of a quadrant. */
export class KeyAccountKanbanHeader extends KanbanHeader {
    static template = "key_account_segmentation.KanbanHeader";

    get isOpen() {
        return this.env.isSmall || !this.group.isFolded;
    }

    /** Of the revenue of all columns, as text; what several companies bill does not add up. */
    get share() {
        const {group, list} = this.props;
        const revenueOf = ({aggregates}) => aggregates[REVENUE] || 0;
        const total = list.groups.reduce((sum, column) => sum + revenueOf(column), 0);
        if (total <= 0 || !group.count || list.model.useSampleModel || user.activeCompanies.length > 1) {
            return "";
        }
        return shareInPercent(revenueOf(group) / total);
    }

    get advice() {
        return (this.group.groupByField.name === QUADRANT && this.group.record?.data.advice) || "";
    }
}

export class KeyAccountKanbanRenderer extends KanbanRenderer {
    static components = {...KanbanRenderer.components, KanbanHeader: KeyAccountKanbanHeader};

    /** Who has no quadrant comes after the four. */
    getGroupsOrRecords() {
        const columns = super.getGroupsOrRecords();
        const isNone = ({group}) => group?.groupByField.name === QUADRANT && !group.value;
        return [...columns.filter((column) => !isNone(column)), ...columns.filter(isNone)];
    }
}

export class KeyAccountKanbanController extends KanbanController {
    get modelParams() {
        const fieldNodes = {advice: {name: "advice", type: "text", attrs: {}}};
        return {
            ...super.modelParams,
            groupByInfo: {[QUADRANT]: extractFieldsFromArchInfo({fieldNodes}, QUADRANT_FIELDS)},
        };
    }
}

registry.category("views").add("key_account_kanban", {
    ...kanbanView,
    Controller: KeyAccountKanbanController,
    Renderer: KeyAccountKanbanRenderer,
});

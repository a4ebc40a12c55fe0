// Dashboards: the list, or one of them.
import { start } from "../lib/shell.js";

const { show } = await import(start.objectId ? "./dashboard.js" : "./dashboard-list.js");
await show();

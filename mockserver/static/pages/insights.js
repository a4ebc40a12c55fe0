// Insights: the list, or one of them.
import { start } from "../lib/shell.js";

const { show } = await import(start.objectId ? "./insight.js" : "./insight-list.js");
await show();

// The parts of Apache ECharts that the console draws with, and no others.
import { BarChart, LineChart, MapChart, PieChart, SankeyChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent, VisualMapComponent, GeoComponent } from "echarts/components";
import * as core from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

core.use([
  AriaComponent,
  BarChart,
  CanvasRenderer,
  GeoComponent,
  GridComponent,
  LineChart,
  MapChart,
  MarkLineComponent,
  PieChart,
  SankeyChart,
  TooltipComponent,
  VisualMapComponent,
]);

export const init = core.init;
export const registerMap = core.registerMap;

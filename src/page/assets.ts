/** The files that the page loads, all inside the binary: our style and script, and the plotting library. */

import plot from "uplot/dist/uPlot.iife.min.js" with { type: "text" };
import plotStyle from "uplot/dist/uPlot.min.css" with { type: "text" };
import style from "./assets/page.css" with { type: "text" };
import script from "./assets/page.js" with { type: "text" };

interface Asset {
  readonly type: string;
  readonly text: string;
}

const css = "text/css; charset=utf-8";
const js = "text/javascript; charset=utf-8";

export const assets: Readonly<Record<string, Asset>> = {
  "/assets/page.css": { type: css, text: `${plotStyle}\n${style}` },
  "/assets/page.js": { type: js, text: script },
  "/assets/plot.js": { type: js, text: plot },
};

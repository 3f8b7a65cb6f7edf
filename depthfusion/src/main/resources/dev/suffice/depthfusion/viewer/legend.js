// The scale beside the depth view: which colour is how far.
import { rampGradient } from "./ramp.js";
import { distanceText, plain } from "./distances.js";

const STEPS = [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 7], [1, 1.2, 1.4, 1.6, 1.8, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9]];
const LEAST_GAP = 0.085; // of the height

/** Fills `element` with the ramp and its marks between `near` and `far`. */
export function buildLegend(element, near, far, metric) {
    const bar = document.createElement("div");
    bar.className = "legend-bar";
    bar.style.background = rampGradient();
    const marks = document.createElement("div");
    marks.className = "legend-marks";
    const share = (value) => Math.log(value / near) / Math.log(far / near);
    for (const value of ticks(near, far)) {
        const at = share(value);
        const mark = document.createElement("span");
        mark.style.top = (at * 100).toFixed(2) + "%";
        mark.textContent = plain(distanceText(value, metric));
        marks.append(mark);
    }
    const caption = document.createElement("div");
    caption.className = "legend-caption";
    caption.textContent = metric ? "distance" : "distance, relative";
    const scale = document.createElement("div");
    scale.className = "legend-scale";
    scale.append(bar, marks);
    element.replaceChildren(caption, scale);
    element.setAttribute("aria-label", `Scale of distances from ${distanceText(near, metric)} (light) to ${distanceText(far, metric)} (dark)`);
}

/** Round values between `near` and `far`: as many as stand apart. */
function ticks(near, far) {
    let best = [near, far];
    for (const steps of STEPS) {
        const found = [];
        for (let power = Math.floor(Math.log10(near)); power <= Math.ceil(Math.log10(far)); power++) {
            for (const step of steps) {
                const value = step * 10 ** power;
                if (value >= near * 0.999 && value <= far * 1.001) {
                    found.push(value);
                }
            }
        }
        const apart = found.every((value, i) => i === 0 || Math.log(value / found[i - 1]) / Math.log(far / near) >= LEAST_GAP);
        if (found.length >= 2 && apart) {
            best = found;
        }
    }
    return best;
}

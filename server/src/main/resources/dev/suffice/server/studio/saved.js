// What a picture cost, against the full computation.
import { el } from "./dom.js";
import { operations, seconds, share } from "./words.js";

export function saved(compute) {
    const ran = compute.full_flops ? compute.flops / compute.full_flops : 1;
    const block = el("section.block", {}, el("h3", {}, "What was saved"));
    if (compute.saved >= 0) {
        block.append(el("p.saved-share", {}, share(compute.saved), " ", el("small", {}, "of the computation")));
    } else {
        block.append(el("p.saved-share", {}, share(-compute.saved), " ", el("small", {}, "more than the reference")));
    }
    const bar = el("span");
    bar.style.width = `${Math.min(100, 100 * ran)}%`;
    block.append(
        el("div.saved-bar", { role: "img", "aria-label": `ran ${operations(compute.flops)} of ${operations(compute.full_flops)}` }, bar),
        el("p.saved-ends", {}, el("span", {}, `${operations(compute.flops)} ran`), el("span", {}, operations(compute.full_flops))),
        el("p.saved-words", {}, words(compute)));
    return block;
}

function words(compute) {
    const unet = compute.stages.find((stage) => stage.name === "u-net");
    const passes = unet ? `${unet.passes} of ${unet.full_passes} U-Net passes, ` : "";
    return `${passes}against ${compute.reference}. It took ${seconds(compute.wall_seconds)}.`;
}

// What the picture is and what was saved in making it.

/** Fills the information panel from the description of the scene. */
export function fillInfo(panel, scene) {
    panel.querySelector("#info-prompt").textContent = scene.prompt ?? scene.title;
    const facts = panel.querySelector("#info-facts");
    const fact = (name, value) => {
        if (value !== undefined && value !== null && value !== "") {
            const term = document.createElement("dt");
            term.textContent = name;
            const text = document.createElement("dd");
            text.textContent = String(value);
            facts.append(term, text);
        }
    };
    fact("Picture", `${scene.panorama ? "360° panorama" : "Perspective, " + Math.round(scene.fovDegrees) + "°"}, ${scene.width} × ${scene.height}`);
    fact("Steps", scene.steps);
    fact("Scheduler", typeof scene.scheduler === "string" ? scene.scheduler.replace(/Scheduler$/, "") : undefined);
    fact("Seed", scene.seed);
    fact("Depth", scene.metric ? "in metres" : "relative");
    fillCompute(panel, scene.compute);
}

function fillCompute(panel, compute) {
    const section = panel.querySelector("#info-compute");
    const full = Number(compute?.full_flops);
    const ran = Number(compute?.flops);
    section.hidden = compute === null || (!compute.summary && !(full > 0));
    if (section.hidden) {
        return;
    }
    panel.querySelector("#info-summary").textContent = typeof compute.summary === "string" ? compute.summary : "";
    const bar = panel.querySelector("#info-bar");
    bar.hidden = !(full > 0 && ran >= 0);
    if (!bar.hidden) {
        const share = Math.min(ran / full, 1);
        panel.querySelector("#info-saved").textContent = Math.round((1 - share) * 100) + "%";
        bar.querySelector(".bar-ran").style.width = (share * 100).toFixed(1) + "%";
        panel.querySelector("#info-ran").textContent = flops(ran) + " ran";
        panel.querySelector("#info-full").textContent = flops(full) + " in full";
        bar.querySelector(".bar").setAttribute("aria-label", `${flops(ran)} of ${flops(full)} were computed`);
    }
    const rows = panel.querySelector("#info-stages");
    for (const stage of Array.isArray(compute.stages) ? compute.stages : []) {
        if (!(stage?.full_passes > 0)) {
            continue;
        }
        const row = document.createElement("tr");
        const cells = [stage.name, stage.passes === stage.full_passes ? stage.passes : `${stage.passes} of ${stage.full_passes}`,
            Number.isFinite(stage.seconds) ? seconds(stage.seconds) : ""];
        cells.forEach((text, i) => {
            const cell = document.createElement(i === 0 ? "th" : "td");
            if (i === 0) {
                cell.scope = "row";
            }
            cell.textContent = String(text);
            row.append(cell);
        });
        rows.append(row);
    }
    panel.querySelector("#info-table").hidden = rows.children.length === 0;
}

function flops(value) {
    const units = [[1e15, "PFLOP"], [1e12, "TFLOP"], [1e9, "GFLOP"], [1e6, "MFLOP"]];
    const [size, name] = units.find(([least]) => value >= least) ?? [1, "FLOP"];
    return (value / size).toPrecision(3).replace(/\.0+$/, "") + " " + name;
}

function seconds(value) {
    return value >= 10 ? Math.round(value) + " s" : value >= 0.1 ? value.toFixed(1) + " s" : Math.round(value * 1000) + " ms";
}

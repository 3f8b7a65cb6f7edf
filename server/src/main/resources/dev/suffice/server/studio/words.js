// Numbers and names in words.

const STAGES = {
    "load": "Opening the model",
    "text encoder": "Reading the prompt",
    "encode": "Looking at the picture",
    "denoise": "Forming",
    "decode": "Developing",
    "save": "Saving",
};

export const stageWords = (stage) => STAGES[stage] ?? stage;

export const plural = (count, one, many = one + "s") => `${count} ${count === 1 ? one : many}`;

export function operations(flops) {
    return flops >= 1e12 ? `${(flops / 1e12).toFixed(2)} TFLOP` : `${(flops / 1e9).toFixed(1)} GFLOP`;
}

export function seconds(value) {
    return value < 10 ? `${value.toFixed(1)} s` : value < 90 ? `${Math.round(value)} s` : `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

export const share = (value) => `${Math.round(100 * value)}%`;

export function when(epochSeconds) {
    const date = new Date(epochSeconds * 1000);
    const today = new Date().toDateString() === date.toDateString();
    const time = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    return today ? `today, ${time}` : `${date.toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" })}, ${time}`;
}

/** EulerAncestralDiscreteScheduler: Euler Ancestral */
export const schedulerWords = (name) => name.replace(/Scheduler$/, "").replace(/(Discrete|Multistep|Singlestep)$/, "").replace(/([a-z0-9])([A-Z])/g, "$1 $2");

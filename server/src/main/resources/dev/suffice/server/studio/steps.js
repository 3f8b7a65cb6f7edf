// The steps that the server recommends for the prompt as it is typed. Where the number comes from is the server's affair: today its
// model card, so it changes with the model only; a predictor will answer here with a number for every prompt.
import { steps } from "./api.js";
import { find } from "./dom.js";

const PAUSE = 350;

/** `settings` gives prompt, model, scheduler, panorama and the number of steps that was fixed, if any. */
export function recommend(settings) {
    const place = find("recommended");
    let timer = 0;
    let latest = 0;

    async function ask() {
        const { fixed, ...query } = settings();
        const asked = ++latest;
        if (fixed) {
            place.textContent = `${fixed} steps, as you say`;
            return;
        }
        try {
            const advice = await steps(query);
            if (asked === latest) {
                const number = document.createElement("b");
                number.textContent = advice.steps;
                place.replaceChildren(number, ` steps recommended by the ${advice.source}`);
                place.title = advice.reason;
            }
        } catch {
            if (asked === latest) {
                place.textContent = "";
            }
        }
    }

    return () => {
        clearTimeout(timer);
        timer = setTimeout(ask, PAUSE);
    };
}

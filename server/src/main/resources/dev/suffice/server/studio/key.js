// The dialog that asks for the server's key. One at a time, however many requests wait for it.
import { session } from "./api.js";
import { find } from "./dom.js";

let asking = null;

export function askForKey() {
    asking ??= ask().finally(() => { asking = null; });
    return asking;
}

function ask() {
    const dialog = find("key");
    const input = find("key-input");
    const problem = find("key-problem");
    problem.hidden = true;
    dialog.showModal();
    input.focus();
    dialog.oncancel = (event) => event.preventDefault();
    return new Promise((entered) => {
        find("key-form").onsubmit = async (event) => {
            event.preventDefault();
            try {
                await session(input.value);
                input.value = "";
                dialog.close();
                entered();
            } catch (error) {
                problem.textContent = error.status === 401 ? "That is not the key." : error.message;
                problem.hidden = false;
                input.select();
            }
        };
    });
}

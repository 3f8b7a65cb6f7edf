// Mouse and fingers: one looks around, two zoom, the wheel zooms, a click that does not move is a click.

const CLICK_PIXELS = 5;

/** @param on `{drag(dx, dy), release(vx, vy), zoom(factor), click(x, y), hover(x, y, type), press()}` in CSS pixels and pixels per second */
export function followPointers(element, on) {
    const fingers = new Map();
    let travelled = 0;
    let trail = [];
    let spread = 0;

    const spreadNow = () => {
        const [a, b] = [...fingers.values()];
        return Math.hypot(a.x - b.x, a.y - b.y);
    };

    element.addEventListener("pointerdown", (event) => {
        if (event.button > 0 || fingers.size >= 2) {
            return;
        }
        element.setPointerCapture(event.pointerId);
        fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
        if (fingers.size === 1) {
            travelled = 0;
            trail = [];
            element.classList.add("grabbing");
            on.press();
        } else {
            travelled = Infinity;
            spread = spreadNow();
        }
    });

    element.addEventListener("pointermove", (event) => {
        const finger = fingers.get(event.pointerId);
        if (!finger) {
            on.hover(event.clientX, event.clientY, event.pointerType);
            return;
        }
        const dx = event.clientX - finger.x;
        const dy = event.clientY - finger.y;
        finger.x = event.clientX;
        finger.y = event.clientY;
        travelled += Math.hypot(dx, dy);
        if (fingers.size === 1) {
            on.drag(dx, dy);
            trail.push({ at: event.timeStamp, dx, dy });
            trail = trail.filter((entry) => event.timeStamp - entry.at < 90);
        } else {
            on.drag(dx / 2, dy / 2);
            const wide = spreadNow();
            if (spread > 10 && wide > 10) {
                on.zoom(wide / spread);
            }
            spread = wide;
        }
    });

    const end = (event) => {
        if (!fingers.delete(event.pointerId)) {
            return;
        }
        if (fingers.size > 0) {
            trail = [];
            return;
        }
        element.classList.remove("grabbing");
        if (event.type === "pointerup" && travelled < CLICK_PIXELS) {
            on.click(event.clientX, event.clientY);
        }
        const recent = trail.filter((entry) => event.timeStamp - entry.at < 90);
        if (recent.length > 1) {
            const seconds = Math.max((event.timeStamp - recent[0].at) / 1000, 0.02);
            const sum = (key) => recent.slice(1).reduce((total, entry) => total + entry[key], 0);
            on.release(sum("dx") / seconds, sum("dy") / seconds);
        } else {
            on.release(0, 0);
        }
    };
    element.addEventListener("pointerup", end);
    element.addEventListener("pointercancel", end);

    element.addEventListener("wheel", (event) => {
        event.preventDefault();
        const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
        // a pinch on a touchpad arrives as a wheel with the control key
        const pixels = event.deltaY * lines * (event.ctrlKey ? 4 : 1);
        on.zoom(Math.exp(-Math.min(Math.max(pixels, -240), 240) * 0.0016));
    }, { passive: false });
}

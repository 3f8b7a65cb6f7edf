// Measures between two points: two clicks, a line and a label. The line is drawn over the picture as SVG, so that it stays sharp.
import * as THREE from "./three.module.min.js";
import { distanceText } from "./distances.js";

const SVG = "http://www.w3.org/2000/svg";

export class Measure {
    #layers;
    #metric;
    #overlay;
    #line;
    #halo;
    #dots;
    #label;
    #points = [];
    #hover = null;
    active = false;

    /** @param overlay the SVG element @param label the HTML element of the figure */
    constructor(layers, metric, overlay, label) {
        this.#layers = layers;
        this.#metric = metric;
        this.#overlay = overlay;
        this.#label = label;
        this.#halo = overlay.appendChild(document.createElementNS(SVG, "line"));
        this.#halo.setAttribute("class", "measure-halo");
        this.#line = overlay.appendChild(document.createElementNS(SVG, "line"));
        this.#line.setAttribute("class", "measure-line");
        this.#dots = [0, 1].map(() => {
            const dot = overlay.appendChild(document.createElementNS(SVG, "circle"));
            dot.setAttribute("class", "measure-dot");
            dot.setAttribute("r", "5");
            return dot;
        });
        this.clear();
    }

    /** Sets the next point. @returns a sentence that says what has been measured, or what to do next */
    place(point) {
        if (this.#points.length >= 2) {
            this.#points = [];
        }
        this.#points.push(point);
        this.#hover = null;
        return this.#points.length === 1 ? "First point set. Choose the second." : this.sentence();
    }

    /** The point that the pointer is over: a provisional end of the line. */
    preview(point) {
        this.#hover = this.#points.length === 1 ? point : null;
    }

    get waiting() {
        return this.#points.length === 1;
    }

    clear() {
        this.#points = [];
        this.#hover = null;
    }

    /** The distance between the two points, or null. */
    get distance() {
        return this.#points.length === 2 ? this.#points[0].distanceTo(this.#points[1]) : null;
    }

    sentence() {
        const value = distanceText(this.distance, this.#metric);
        return this.#metric ? `Distance ${value}` : `Distance ${value}, relative: this picture knows no metres`;
    }

    /** Draws line and label for `camera` in a window `width` x `height`. */
    draw(camera, width, height, visible) {
        const ends = this.#hover && this.#points.length === 1 ? [this.#points[0], this.#hover] : this.#points;
        const shown = visible && ends.length > 0 ? this.#project(ends, camera, width, height) : null;
        this.#overlay.setAttribute("viewBox", `0 0 ${width} ${height}`);
        for (const [i, dot] of this.#dots.entries()) {
            const at = shown?.dots[i];
            dot.style.display = at ? "" : "none";
            if (at) {
                dot.setAttribute("cx", at.x.toFixed(1));
                dot.setAttribute("cy", at.y.toFixed(1));
            }
        }
        const line = shown?.line;
        for (const element of [this.#halo, this.#line]) {
            element.style.display = line ? "" : "none";
            if (line) {
                element.setAttribute("x1", line[0].x.toFixed(1));
                element.setAttribute("y1", line[0].y.toFixed(1));
                element.setAttribute("x2", line[1].x.toFixed(1));
                element.setAttribute("y2", line[1].y.toFixed(1));
            }
        }
        this.#line.classList.toggle("provisional", this.#points.length === 1);
        this.#label.hidden = !line;
        if (line) {
            const value = ends[0].distanceTo(ends[1]);
            this.#label.textContent = this.#metric ? distanceText(value, true) : distanceText(value, false) + " relative";
            const x = Math.min(Math.max((line[0].x + line[1].x) / 2, 60), width - 60);
            const y = Math.min(Math.max((line[0].y + line[1].y) / 2, 30), height - 110);
            this.#label.style.transform = `translate(-50%, -50%) translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
        }
        return shown && { ...shown, text: line ? this.#label.textContent : null };
    }

    #project(points, camera, width, height) {
        const near = -0.02;
        const seen = points.map((point) => {
            const at = this.#layers.displaced(point, new THREE.Vector3());
            return at.applyMatrix4(camera.matrixWorldInverse);
        });
        const onScreen = (at) => {
            const clip = at.clone().applyMatrix4(camera.projectionMatrix);
            return { x: (clip.x + 1) / 2 * width, y: (1 - clip.y) / 2 * height };
        };
        const dots = seen.map((at) => at.z < near ? onScreen(at) : null);
        let line = null;
        if (seen.length === 2 && (dots[0] || dots[1])) {
            const ends = seen.map((at, i) => {
                const other = seen[1 - i];
                return at.z < near ? at : at.clone().lerp(other, (near - at.z) / (other.z - at.z));
            });
            line = ends.map(onScreen);
        }
        return { dots, line };
    }
}

/** A small dial that shows where one looks and how wide; it stands in the button that resets the view. */
export function drawCompass(element, yaw, fov, aspect) {
    const across = Math.min(2 * Math.atan(Math.tan(fov * Math.PI / 360) * aspect), Math.PI * 1.2);
    const reach = 8;
    const x = reach * Math.sin(across / 2);
    const y = -reach * Math.cos(across / 2);
    element.querySelector(".compass-view").setAttribute("d",
        `M0 0L${(-x).toFixed(2)} ${y.toFixed(2)}A${reach} ${reach} 0 ${across > Math.PI ? 1 : 0} 1 ${x.toFixed(2)} ${y.toFixed(2)}Z`);
    element.querySelector(".compass-turn").setAttribute("transform", `rotate(${(yaw * 180 / Math.PI).toFixed(1)})`);
}

// Which field of view a picture starts with, and how far one may turn and zoom.

const RADIANS = Math.PI / 180;

/** Vertical degrees whose tangent is `tangent` at half. */
const vertical = (tangent) => 2 * Math.atan(tangent) / RADIANS;

/** @returns `{fov, limits}` for a window of `aspect` = width / height */
export function framing(description, aspect) {
    if (description.panorama) {
        // 75 degrees high; on a narrow phone higher, so that at least 58 degrees are seen across
        const fov = Math.min(Math.max(vertical(Math.tan(29 * RADIANS) / aspect), 72), 98);
        return { fov, limits: { yaw: Infinity, pitch: 89 * RADIANS, fovLeast: 20, fovMost: 110 } };
    }
    const height = Math.tan(description.fovDegrees * RADIANS / 2);
    const width = height * description.width / description.height;
    // the whole picture, a breath larger than the window's smaller side allows: its soft edge lies in the backdrop
    const fov = vertical(Math.max(height, width / aspect) * 1.03);
    return {
        fov: Math.min(fov, 120),
        limits: { yaw: Math.atan(width), pitch: Math.atan(height), fovLeast: Math.min(8, fov / 3), fovMost: Math.min(fov * 1.35, 130) },
    };
}

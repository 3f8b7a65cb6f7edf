// Two pictures side by side, one for each eye: for a cardboard headset, or for crossing one's eyes.

const EYES = 0.063; // metres between the eyes of most people

/** Draws `scene` twice. The eyes stay within the safe radius: a small scene gets a small head. */
export function drawStereo(renderer, scene, camera, width, height, radius) {
    const half = Math.min(EYES, radius * 1.2) / 2;
    const home = camera.position.clone();
    const right = home.clone().setFromMatrixColumn(camera.matrixWorld, 0);
    camera.aspect = width / 2 / height;
    camera.updateProjectionMatrix();
    renderer.setScissorTest(true);
    for (const side of [-1, 1]) {
        camera.position.copy(home).addScaledVector(right, side * half);
        camera.updateMatrixWorld();
        const left = side < 0 ? 0 : width / 2;
        renderer.setViewport(left, 0, width / 2, height);
        renderer.setScissor(left, 0, width / 2, height);
        renderer.render(scene, camera);
    }
    renderer.setScissorTest(false);
    renderer.setViewport(0, 0, width, height);
    camera.position.copy(home);
    camera.updateMatrixWorld();
}

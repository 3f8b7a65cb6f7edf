// The scene in a headset, with the head free to move in all six ways within the safe radius; beyond it the scene fades to black.

const FADE = 0.6; // of the safe radius beyond it until everything is dark

export class Headset {
    #renderer;
    #world;
    #layers;
    #backdrop;
    #view;
    #session = null;
    #frame;
    #ended;

    /**
     * @param world the group that holds the scene and is turned so that one goes on looking where one looked
     * @param frame called once per frame of the headset
     * @param ended called when the session has ended
     */
    constructor(renderer, world, layers, backdrop, view, frame, ended) {
        this.#renderer = renderer;
        this.#world = world;
        this.#layers = layers;
        this.#backdrop = backdrop;
        this.#view = view;
        this.#frame = frame;
        this.#ended = ended;
    }

    static async offered() {
        try {
            return await navigator.xr?.isSessionSupported("immersive-vr") === true;
        } catch {
            return false;
        }
    }

    get worn() {
        return this.#session !== null;
    }

    async enter() {
        const session = await navigator.xr.requestSession("immersive-vr", { optionalFeatures: ["local"] });
        this.#session = session;
        const { xr } = this.#renderer;
        xr.enabled = true;
        xr.setReferenceSpaceType("local");
        session.addEventListener("end", () => this.#end());
        session.addEventListener("select", () => this.recentre());
        await xr.setSession(session);
        this.recentre();
        this.#renderer.setAnimationLoop((now) => {
            this.#dim();
            this.#frame(now);
        });
    }

    leave() {
        return this.#session?.end();
    }

    /** Puts the eye of the picture where the head is, and turns it to the present view. */
    recentre() {
        const head = this.#renderer.xr.getCamera();
        this.#world.position.copy(head.position);
        this.#world.rotation.y = this.#view.now.yaw;
        this.#world.updateMatrixWorld();
    }

    #dim() {
        const head = this.#renderer.xr.getCamera().position;
        if (this.#world.position.lengthSq() === 0 && head.lengthSq() > 0) {
            this.recentre();
        }
        const away = head.distanceTo(this.#world.position) / this.#view.radius;
        const fade = 1 - Math.min(Math.max((away - 1) / FADE, 0), 1);
        this.#layers.fade = fade;
        this.#backdrop.fade = fade;
    }

    #end() {
        this.#session = null;
        this.#renderer.setAnimationLoop(null);
        this.#renderer.xr.enabled = false;
        this.#world.position.set(0, 0, 0);
        this.#world.rotation.y = 0;
        this.#layers.fade = 1;
        this.#backdrop.fade = 1;
        this.#ended();
    }
}

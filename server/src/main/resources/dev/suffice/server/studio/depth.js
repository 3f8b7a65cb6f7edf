// Depth in the viewer's colours: pale gold near, midnight blue far. Each picture's own range is spread over all of them, so that the
// far half of a landscape is more than one blue.

// From far to near, as the viewer's ramp gives them at twelfths.
const RAMP = [
    [3, 8, 36], [19, 14, 63], [43, 18, 90], [76, 20, 109], [114, 18, 119], [156, 22, 112], [197, 31, 93],
    [224, 65, 77], [246, 98, 58], [255, 138, 53], [255, 176, 74], [255, 210, 120], [254, 240, 170],
];
const TAIL = 0.01;

/** Shows a grey depth map in an image element, coloured; of several that were asked for, the last. */
export async function showDepth(image, url) {
    image.wantedDepth = url;
    const grey = new Image();
    grey.src = url;
    try {
        await grey.decode();
    } catch {
        return; // deleted meanwhile
    }
    if (image.wantedDepth === url) {
        image.src = paint(grey);
        image.hidden = false;
    }
}

/** The same when the element comes near the window. */
export function showDepthSoon(image, url) {
    const observer = new IntersectionObserver((entries) => {
        if (entries.some((entry) => entry.isIntersecting)) {
            observer.disconnect();
            showDepth(image, url);
        }
    }, { rootMargin: "200px" });
    observer.observe(image);
    return image;
}

function paint(image) {
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    const [far, near] = range(pixels.data);
    const colours = new Uint8ClampedArray(256 * 3);
    for (let value = 0; value < 256; value++) {
        colours.set(colour((value - far) / Math.max(1, near - far)), value * 3);
    }
    for (let i = 0; i < pixels.data.length; i += 4) {
        pixels.data.set(colours.subarray(pixels.data[i] * 3, pixels.data[i] * 3 + 3), i);
    }
    context.putImageData(pixels, 0, 0);
    return canvas.toDataURL("image/png");
}

/** The values that all but a hundredth of the pixels at either end lie between. */
function range(data) {
    const counts = new Uint32Array(256);
    for (let i = 0; i < data.length; i += 4) {
        counts[data[i]]++;
    }
    const tail = TAIL * data.length / 4;
    const end = (from, step) => {
        let seen = 0;
        for (let value = from; value >= 0 && value < 256; value += step) {
            seen += counts[value];
            if (seen > tail) {
                return value;
            }
        }
        return from;
    };
    return [end(0, 1), end(255, -1)];
}

function colour(share) {
    const x = Math.min(Math.max(share, 0), 1) * (RAMP.length - 1);
    const i = Math.min(Math.floor(x), RAMP.length - 2);
    return RAMP[i].map((value, k) => value + (RAMP[i + 1][k] - value) * (x - i));
}

// Starts the modules that lie as inert text in this page. A page opened from disk cannot import its neighbours, so each text
// becomes a blob; a relative import is replaced by the blob of the module it names. Modules stand in the order of their imports.
(() => {
    "use strict";
    const root = document.documentElement;

    window.sufficeFailed = (title, detail) => {
        if (root.dataset.state === "failed") {
            return;
        }
        root.dataset.state = "failed";
        document.getElementById("failure-title").textContent = title;
        document.getElementById("failure-detail").textContent = detail;
        document.getElementById("failure").hidden = false;
    };

    const blobs = new Map();
    for (const element of document.querySelectorAll("script[type='text/suffice-module']")) {
        const name = element.dataset.name;
        const text = element.textContent.replace(/(\bfrom\s*|\bimport\s*)(["'])\.\/([\w.-]+)\2/g, (all, head, quote, wanted) =>
            blobs.has(wanted) ? head + quote + blobs.get(wanted) + quote : all);
        blobs.set(name, URL.createObjectURL(new Blob([text, "\n//# sourceURL=suffice/" + name], { type: "text/javascript" })));
    }

    import(blobs.get("main.js")).catch((error) => {
        console.warn(error);
        window.sufficeFailed("This browser cannot open the picture",
            "It needs a browser of 2022 or later with WebGL 2. (" + error.message + ")");
    });
})();

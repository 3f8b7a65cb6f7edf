// The picture as it is seen, without the interface, as a PNG file.

/** @param drawn what Measure.draw returned, drawn over the picture, or null */
export async function saveScreenshot(canvas, title, drawn, cssWidth) {
    const picture = document.createElement("canvas");
    picture.width = canvas.width;
    picture.height = canvas.height;
    const context = picture.getContext("2d");
    context.drawImage(canvas, 0, 0);
    if (drawn?.line) {
        const scale = canvas.width / cssWidth;
        context.scale(scale, scale);
        drawMeasure(context, drawn);
    }
    const blob = await new Promise((resolve) => picture.toBlob(resolve, "image/png"));
    if (!blob) {
        throw new Error("the browser gave no picture");
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = fileName(title);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    return link.download;
}

function fileName(title) {
    const words = title.toLowerCase().normalize("NFKD").replace(/[^\p{Letter}\p{Number}]+/gu, "-").replace(/^-+|-+$/g, "");
    return (words.slice(0, 60) || "view") + ".png";
}

function drawMeasure(context, { line, dots, text }) {
    for (const [width, colour] of [[5, "rgb(0 0 0 / 0.45)"], [2, "#fff"]]) {
        context.lineWidth = width;
        context.strokeStyle = colour;
        context.lineCap = "round";
        context.beginPath();
        context.moveTo(line[0].x, line[0].y);
        context.lineTo(line[1].x, line[1].y);
        context.stroke();
    }
    for (const dot of dots.filter((at) => at)) {
        context.fillStyle = "#fff";
        context.beginPath();
        context.arc(dot.x, dot.y, 4.5, 0, 2 * Math.PI);
        context.fill();
    }
    context.font = "600 15px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    const x = (line[0].x + line[1].x) / 2;
    const y = (line[0].y + line[1].y) / 2;
    const half = context.measureText(text).width / 2 + 12;
    context.fillStyle = "rgb(14 16 20 / 0.85)";
    context.beginPath();
    context.roundRect(x - half, y - 15, 2 * half, 30, 15);
    context.fill();
    context.fillStyle = "#fff";
    context.fillText(text, x, y + 1);
}

package dev.suffice.train;

import dev.suffice.train.files.AtomicFile;
import dev.suffice.train.loop.Checkpoint;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** A picture made of rows of RGBD images, each with its colours above its depth. */
final class Sheet {
    private static final int GAP = 4;
    private final List<BufferedImage> cells = new ArrayList<>();
    private final List<String> labels = new ArrayList<>();
    private final int columns;

    Sheet(int columns) {
        this.columns = columns;
    }

    /** Adds every image of a batch [N, 4, H, W] in -1..1. Depth is stretched to the range it has in the image. */
    void add(Tensor images, List<String> texts) {
        long[] s = images.shape();
        int height = (int) s[2];
        int width = (int) s[3];
        float[] values;
        try (var _ = new PointerScope()) {
            values = Checkpoint.values(images.contiguous());
        }
        int area = width * height;
        for (int n = 0; n < s[0]; n++) {
            var image = new BufferedImage(width, 2 * height, BufferedImage.TYPE_INT_RGB);
            int start = n * 4 * area;
            float low = Float.MAX_VALUE;
            float high = -Float.MAX_VALUE;
            for (int i = 0; i < area; i++) {
                low = Math.min(low, values[start + 3 * area + i]);
                high = Math.max(high, values[start + 3 * area + i]);
            }
            for (int i = 0; i < area; i++) {
                int rgb = level(values[start + i]) << 16
                        | level(values[start + area + i]) << 8
                        | level(values[start + 2 * area + i]);
                image.setRGB(i % width, i / width, rgb);
                float stretched = 2 * (values[start + 3 * area + i] - low) / Math.max(1e-6f, high - low) - 1;
                image.setRGB(i % width, height + i / width, level(stretched) * 0x010101);
            }
            cells.add(image);
            labels.add(n < texts.size() ? texts.get(n) : "");
        }
    }

    private static int level(float value) {
        return Math.clamp(Math.round((value + 1) * 127.5f), 0, 255);
    }

    /** Writes the sheet as a PNG, atomically. */
    void write(Path file) throws IOException {
        int width = 0;
        int height = 0;
        for (BufferedImage cell : cells) {
            width = Math.max(width, cell.getWidth());
            height = Math.max(height, cell.getHeight());
        }
        int rows = (cells.size() + columns - 1) / columns;
        int text = labels.stream().allMatch(String::isEmpty) ? 0 : 14;
        var sheet = new BufferedImage(
                columns * (width + GAP), Math.max(1, rows * (height + GAP + text)), BufferedImage.TYPE_INT_RGB);
        var graphics = sheet.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        graphics.setColor(Color.BLACK);
        graphics.setFont(graphics.getFont().deriveFont(9f));
        for (int i = 0; i < cells.size(); i++) {
            int x = i % columns * (width + GAP);
            int y = i / columns * (height + GAP + text);
            graphics.drawImage(cells.get(i), x, y + text, null);
            if (text > 0) {
                graphics.setClip(x, y, width, text);
                graphics.drawString(labels.get(i), x + 1, y + text - 3);
                graphics.setClip(null);
            }
        }
        graphics.dispose();
        AtomicFile.write(file, path -> {
            if (!ImageIO.write(sheet, "png", path.toFile())) {
                throw new UncheckedIOException(new IOException(path + ": no PNG writer"));
            }
        });
    }
}

package dev.suffice.bench;

import dev.suffice.image.RgbdImage;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** A sheet of images at the numbers of steps that were chosen, with those of the full run below. */
final class StepSheet {
    private static final int GAP = 6;
    private static final int TEXT = 44;
    private static final int COLUMNS = 6;

    private StepSheet() {}

    /**
     * A column of the sheet.
     *
     * @param prompt the text
     * @param steps that were chosen
     * @param chosen image at these
     * @param full image of the full run
     */
    record Column(String prompt, int steps, RgbdImage chosen, RgbdImage full) {}

    static void write(List<Column> columns, int fullSteps, Path file) throws IOException {
        int side = columns.getFirst().full().width();
        int height = columns.getFirst().full().height();
        int rows = (columns.size() + COLUMNS - 1) / COLUMNS;
        int cellHeight = 2 * height + TEXT + GAP;
        var sheet = new BufferedImage(COLUMNS * (side + GAP), rows * cellHeight, BufferedImage.TYPE_INT_RGB);
        var canvas = sheet.createGraphics();
        canvas.setColor(Color.WHITE);
        canvas.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        canvas.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 10));
        for (int i = 0; i < columns.size(); i++) {
            draw(canvas, columns.get(i), fullSteps, i % COLUMNS * (side + GAP), i / COLUMNS * cellHeight);
        }
        canvas.dispose();
        ImageIO.write(sheet, "png", file.toFile());
    }

    private static void draw(Graphics2D canvas, Column column, int fullSteps, int left, int top) {
        canvas.setColor(Color.BLACK);
        var prompt = column.prompt();
        var cut = prompt.length() <= 24 ? prompt.length() : Math.max(1, prompt.lastIndexOf(' ', 24));
        var rest = prompt.substring(cut).strip();
        canvas.drawString(prompt.substring(0, cut), left + 2, top + 11);
        canvas.drawString(rest.length() <= 26 ? rest : rest.substring(0, 24) + "..", left + 2, top + 23);
        canvas.drawString("%d steps; below: %d".formatted(column.steps(), fullSteps), left + 2, top + 38);
        paint(canvas, column.chosen(), left, top + TEXT);
        paint(canvas, column.full(), left, top + TEXT + column.full().height());
    }

    private static void paint(Graphics2D canvas, RgbdImage image, int left, int top) {
        var picture = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                picture.setRGB(x, y, image.rgb(x, y));
            }
        }
        canvas.drawImage(picture, left, top, null);
    }
}

package dev.suffice.train.scene;

import dev.suffice.train.scene.furniture.FurnitureLibrary;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A sheet of scenes, picture over depth: assets, output PNG, first seed, how many, filter (kind label, "pano" or ""). */
final class SceneSheetMain {
    public static void main(String[] args) throws Exception {
        var shelf = new ModelShelf(FurnitureLibrary.open(Path.of(args[0])));
        int count = Integer.parseInt(args[3]), size = 128, columns = args[4].equals("pano") ? 4 : 8;
        int w = args[4].equals("pano") ? 256 : 128;
        var sheet = new BufferedImage(columns * w, (count + columns - 1) / columns * (2 * size + 12), BufferedImage.TYPE_INT_RGB);
        var g = sheet.createGraphics();
        g.setFont(g.getFont().deriveFont(8f));
        var painter = new ScenePainter(shelf, size);
        long seed = Long.parseLong(args[2]);
        double ms = 0; int all = 0;
        for (int i = 0; i < count; seed++) {
            long t = System.nanoTime();
            var scene = painter.paint(RenderPlaces.seed(seed, 0, 0));
            double took = (System.nanoTime() - t) / 1e6;
            ms += took; all++;
            boolean pano = scene.facts().panorama();
            if (args[4].equals("pano") ? !pano : pano || !args[4].isEmpty() && !scene.facts().kind().label().equals(args[4])) continue;
            var image = scene.image();
            int x0 = i % columns * w, y0 = i / columns * (2 * size + 12);
            for (int p = 0; p < w * size; p++) {
                int x = p % w, y = p / w;
                sheet.setRGB(x0 + x, y0 + y, (image.rgb()[3 * p] & 255) << 16 | (image.rgb()[3 * p + 1] & 255) << 8 | image.rgb()[3 * p + 2] & 255);
                double d = Math.log(image.depth()[p] / 0.4) / Math.log(1000 / 0.4);
                int v = (int) Math.clamp(255 * d, 0, 255);
                sheet.setRGB(x0 + x, y0 + size + y, image.mask()[p] > 0 ? v << 16 | (v + 40) << 8 | v : v * 0x10101);
            }
            g.drawString(scene.captions().get(1), x0 + 1, y0 + 2 * size + 9);
            System.out.printf("%d %4.0f ms %s %s%n", i, took, scene.facts().things().stream().map(o -> o.colour() + " " + o.model()).toList(), scene.captions());
            i++;
        }
        System.out.printf("mean %.1f ms over %d%n", ms / all, all);
        ImageIO.write(sheet, "png", Path.of(args[1]).toFile());
    }
}

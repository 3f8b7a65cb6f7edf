package dev.suffice.train.eval;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Results as files, for tests. */
final class Pictures {
    private Pictures() {}

    /** A value at a position. */
    interface Values {
        int at(int x, int y);
    }

    /** Writes NAME.png, NAME-depth.png and NAME.json. */
    static void write(Path folder, String name, String prompt, int side, Values rgb, Values depth) throws IOException {
        var picture = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        var grey = new BufferedImage(side, side, BufferedImage.TYPE_USHORT_GRAY);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                picture.setRGB(x, y, rgb.at(x, y));
                grey.getRaster().setSample(x, y, 0, depth.at(x, y));
            }
        }
        ImageIO.write(picture, "png", folder.resolve(name + ".png").toFile());
        ImageIO.write(grey, "png", folder.resolve(name + "-depth.png").toFile());
        Files.writeString(folder.resolve(name + ".json"), "{\"prompt\": \"" + prompt + "\", \"seed\": 7}");
    }
}

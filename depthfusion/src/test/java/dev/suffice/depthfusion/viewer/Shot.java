package dev.suffice.depthfusion.viewer;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import javax.imageio.ImageIO;

/** A screenshot, to be asked about its pixels. */
record Shot(BufferedImage image) {
    /** Where something is: the mean of its pixels, and how many they are. */
    record Spot(double x, double y, int pixels) {}

    static Shot of(byte[] png) {
        try {
            return new Shot(ImageIO.read(new ByteArrayInputStream(png)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int width() {
        return image.getWidth();
    }

    int height() {
        return image.getHeight();
    }

    int rgb(int x, int y) {
        return image.getRGB(x, y) & 0xffffff;
    }

    /** The pixels whose colour is close to {@code colour}. */
    Spot find(int colour) {
        return find(colour, 0, width());
    }

    /** The same among the columns from {@code left} to below {@code right}; x counts from the left edge of the picture. */
    Spot find(int colour, int left, int right) {
        double sumX = 0;
        double sumY = 0;
        int count = 0;
        for (int y = 0; y < height(); y++) {
            for (int x = left; x < right; x++) {
                if (difference(rgb(x, y), colour) < 40) {
                    sumX += x + 0.5;
                    sumY += y + 0.5;
                    count++;
                }
            }
        }
        return new Spot(sumX / count, sumY / count, count);
    }

    /** How many different colours there are. */
    int colours() {
        var seen = new HashSet<Integer>();
        for (int y = 0; y < height(); y++) {
            for (int x = 0; x < width(); x++) {
                seen.add(rgb(x, y));
            }
        }
        return seen.size();
    }

    /** The greatest difference between the pixels of two neighbouring columns. */
    int step(int column) {
        int most = 0;
        for (int y = 0; y < height(); y++) {
            most = Math.max(most, difference(rgb(column, y), rgb(column + 1, y)));
        }
        return most;
    }

    /** The greatest difference of a channel. */
    static int difference(int a, int b) {
        return Math.max(
                Math.max(Math.abs((a >> 16 & 255) - (b >> 16 & 255)), Math.abs((a >> 8 & 255) - (b >> 8 & 255))),
                Math.abs((a & 255) - (b & 255)));
    }

    static int brightness(int rgb) {
        return ((rgb >> 16 & 255) + (rgb >> 8 & 255) + (rgb & 255)) / 3;
    }
}

package dev.suffice.train.scene.trace;

/** The sRGB transfer curve (IEC 61966-2-1). */
public final class Srgb {
    private static final double[] TABLE = new double[256];

    static {
        for (int i = 0; i < 256; i++) {
            TABLE[i] = linear(i / 255.0);
        }
    }

    private Srgb() {}

    /** Linear light of an encoded value, both 0 to 1. */
    public static double linear(double encoded) {
        return encoded <= 0.04045 ? encoded / 12.92 : Math.pow((encoded + 0.055) / 1.055, 2.4);
    }

    /** Linear light of an encoded byte. */
    public static double linear(int encoded) {
        return TABLE[encoded & 255];
    }

    /** Encoded value of linear light, both 0 to 1; light outside is clipped. */
    public static double encoded(double light) {
        double l = Math.clamp(light, 0, 1);
        return l <= 0.0031308 ? 12.92 * l : 1.055 * Math.pow(l, 1 / 2.4) - 0.055;
    }

    /** Three linear values of a colour written as {@code 0xrrggbb}. */
    public static double[] linearOf(int rgb) {
        return new double[] {linear((rgb >> 16) & 255), linear((rgb >> 8) & 255), linear(rgb & 255)};
    }
}

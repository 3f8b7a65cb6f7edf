package dev.suffice.image;

/**
 * Takes away what an equirectangular picture shows near its poles and a sphere cannot: a row at latitude phi is a circle cos(phi) times as
 * long as the equator, so detail finer than a pixel of the equator is a pinch there. Above 60 degrees each row is averaged along
 * its circle over as many pixels as one of the equator spans, fading in from none; below, nothing changes.
 */
public final class PanoramaPoles {
    private PanoramaPoles() {}

    /** The picture with smooth poles; colours and 16-bit depth alike. */
    public static RgbdImage smooth(RgbdImage panorama) {
        int width = panorama.width();
        int height = panorama.height();
        var rgb = new byte[3 * width * height];
        var depth = new short[width * height];
        var row = new double[width];
        for (int y = 0; y < height; y++) {
            double span = span(y, height, width);
            for (int channel = 0; channel < 4; channel++) {
                for (int x = 0; x < width; x++) {
                    row[x] = channel == 3 ? panorama.depth(x, y) : (panorama.rgb(x, y) >> (8 * (2 - channel))) & 0xff;
                }
                var averaged = average(row, span);
                for (int x = 0; x < width; x++) {
                    var value = (int) Math.round(averaged[x]);
                    if (channel == 3) {
                        depth[y * width + x] = (short) value;
                    } else {
                        rgb[3 * (y * width + x) + channel] = (byte) value;
                    }
                }
            }
        }
        return new RgbdImage(width, height, rgb, depth, panorama.depthScale());
    }

    /** Over how many pixels a row is averaged, 1 to the width. */
    private static double span(int y, int height, int width) {
        double latitude = Math.PI * (0.5 - (y + 0.5) / height);
        return Math.clamp(1 / Math.cos(latitude) - 1, 1, width);
    }

    /** The mean over {@code span} pixels around each, around the circle; the outermost two count in part. */
    private static double[] average(double[] row, double span) {
        if (span <= 1) {
            return row;
        }
        int n = row.length;
        int whole = Math.min((int) ((span - 1) / 2), (n - 1) / 2);
        double part = Math.min((span - 1) / 2 - whole, 1);
        double sum = 0;
        for (int o = -whole; o <= whole; o++) {
            sum += row[Math.floorMod(o, n)];
        }
        var averaged = new double[n];
        for (int x = 0; x < n; x++) {
            double ends = row[Math.floorMod(x - whole - 1, n)] + row[Math.floorMod(x + whole + 1, n)];
            averaged[x] = (sum + part * ends) / (2 * whole + 1 + 2 * part);
            sum += row[Math.floorMod(x + whole + 1, n)] - row[Math.floorMod(x - whole, n)];
        }
        return averaged;
    }
}

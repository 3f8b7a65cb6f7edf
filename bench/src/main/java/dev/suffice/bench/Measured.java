package dev.suffice.bench;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Locale;

/**
 * One image of the experiment.
 *
 * @param prompt number of the prompt
 * @param seed of the noise
 * @param variation how it was run
 * @param steps that it ran with
 * @param passes of the U-Net
 * @param flops of everything
 * @param seconds wall time of U-Net and sampler
 * @param rgb structural similarity to the reference, colours
 * @param depth the same of depth
 * @param depthError mean relative difference of the distance to the reference's
 * @param label 1 if a classifier sees what the prompt names, 0 if not, -1 if it names nothing that it knows
 * @param features of the picture, for distances
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
record Measured(
        int prompt,
        long seed,
        String variation,
        int steps,
        long passes,
        long flops,
        double seconds,
        double rgb,
        double depth,
        double depthError,
        int label,
        double[] features) {
    static final String HEADER =
            "prompt,seed,variation,steps,passes,flops,seconds,ssim_rgb,ssim_depth,depth_error,label,features";

    /** The lower of both similarities. */
    double similarity() {
        return Math.min(rgb, depth);
    }

    /** The same measurement under another name. */
    Measured named(String other) {
        return new Measured(
                prompt, seed, other, steps, passes, flops, seconds, rgb, depth, depthError, label, features);
    }

    /** A line of CSV; features as half-precision numbers in base 64. */
    String line() {
        var halves = ByteBuffer.allocate(2 * features.length);
        for (var value : features) {
            halves.putShort(Float.floatToFloat16((float) value));
        }
        return String.format(
                Locale.ROOT,
                "%d,%d,\"%s\",%d,%d,%d,%.4f,%.6f,%.6f,%.6f,%d,%s",
                prompt,
                seed,
                variation,
                steps,
                passes,
                flops,
                seconds,
                rgb,
                depth,
                depthError,
                label,
                Base64.getEncoder().encodeToString(halves.array()));
    }

    /** @throws RuntimeException if the line is not whole */
    static Measured of(String line) {
        var open = line.indexOf('"');
        var close = line.indexOf('"', open + 1);
        var first = line.substring(0, open).split(",");
        var rest = line.substring(close + 2).split(",");
        var halves = ByteBuffer.wrap(Base64.getDecoder().decode(rest[8]));
        var features = new double[halves.capacity() / 2];
        for (int i = 0; i < features.length; i++) {
            features[i] = Float.float16ToFloat(halves.getShort());
        }
        return new Measured(
                Integer.parseInt(first[0]),
                Long.parseLong(first[1]),
                line.substring(open + 1, close),
                Integer.parseInt(rest[0]),
                Long.parseLong(rest[1]),
                Long.parseLong(rest[2]),
                Double.parseDouble(rest[3]),
                Double.parseDouble(rest[4]),
                Double.parseDouble(rest[5]),
                Double.parseDouble(rest[6]),
                Integer.parseInt(rest[7]),
                features);
    }
}

package dev.suffice.train.scene;

import dev.suffice.train.scene.trace.Srgb;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Colour words and the colours they stand for. */
public final class Palette {
    private static final Map<String, int[]> PAINT = Map.ofEntries(
            Map.entry("red", new int[] {0xb51c1c, 0xc62828, 0x9c1420}),
            Map.entry("orange", new int[] {0xe07818, 0xe8862a}),
            Map.entry("yellow", new int[] {0xe6c520, 0xf0d048}),
            Map.entry("green", new int[] {0x2c8a38, 0x4c9a3a, 0x1f6a34}),
            Map.entry("turquoise", new int[] {0x2ab0aa, 0x48bfb8}),
            Map.entry("blue", new int[] {0x2450b0, 0x3a70c8, 0x1c3c88, 0x5a90d8}),
            Map.entry("purple", new int[] {0x743a9c, 0x8a55b0}),
            Map.entry("pink", new int[] {0xe688ae, 0xee9cc0}),
            Map.entry("brown", new int[] {0x6c4424, 0x7e5230}),
            Map.entry("beige", new int[] {0xd6c29c, 0xdccbaa}),
            Map.entry("white", new int[] {0xefefec, 0xe8e8e6}),
            Map.entry("grey", new int[] {0x868688, 0x98989a, 0x707074}),
            Map.entry("black", new int[] {0x1a1a1c, 0x242426}));

    private static final Map<String, int[]> WALL = Map.ofEntries(
            Map.entry("white", new int[] {0xf0efea, 0xe9e8e4}),
            Map.entry("beige", new int[] {0xdcc9a4, 0xd9c4a0}),
            Map.entry("yellow", new int[] {0xead98a, 0xe6cf60}),
            Map.entry("green", new int[] {0xa9cf9f, 0x86b57c}),
            Map.entry("blue", new int[] {0x9cbbe0, 0x6e97cf}),
            Map.entry("pink", new int[] {0xe8b6c4, 0xe29ab2}),
            Map.entry("purple", new int[] {0xb79ad0, 0x9c7cbf}),
            Map.entry("grey", new int[] {0xb4b5b6, 0x9b9c9e}),
            Map.entry("orange", new int[] {0xe3a066, 0xdd9350}),
            Map.entry("red", new int[] {0xc25048, 0xb5433f}),
            Map.entry("turquoise", new int[] {0x8ccfca, 0x62b8b2}));

    private static final List<String> PAINT_NAMES = List.of(
            "red",
            "red",
            "blue",
            "blue",
            "green",
            "green",
            "yellow",
            "yellow",
            "orange",
            "purple",
            "pink",
            "turquoise",
            "white",
            "white",
            "black",
            "black",
            "grey",
            "brown",
            "beige");

    private static final List<String> WALL_NAMES = List.of(
            "white",
            "white",
            "white",
            "beige",
            "beige",
            "yellow",
            "yellow",
            "green",
            "green",
            "blue",
            "blue",
            "pink",
            "pink",
            "purple",
            "grey",
            "orange",
            "red",
            "red",
            "turquoise");

    private Palette() {}

    /** A colour word for a thing. */
    public static String paintName(RandomGenerator random) {
        return pick(PAINT_NAMES, random);
    }

    /** A colour word for walls. */
    public static String wallName(RandomGenerator random) {
        return pick(WALL_NAMES, random);
    }

    /** A linear colour for a thing that the word describes. */
    public static double[] paint(String name, RandomGenerator random) {
        return varied(PAINT, name, random);
    }

    /** A linear colour for walls that the word describes: paler than for things. */
    public static double[] wall(String name, RandomGenerator random) {
        return varied(WALL, name, random);
    }

    private static double[] varied(Map<String, int[]> colours, String name, RandomGenerator random) {
        int[] choices = colours.get(name);
        if (choices == null) {
            throw new IllegalArgumentException("colour \"" + name + "\": not among "
                    + colours.keySet().stream().sorted().toList());
        }
        double[] linear = Srgb.linearOf(choices[random.nextInt(choices.length)]);
        double lighter = 1 + 0.16 * (random.nextDouble() - 0.5);
        for (int i = 0; i < 3; i++) {
            linear[i] = Math.clamp(linear[i] * lighter * (1 + 0.05 * (random.nextDouble() - 0.5)), 0.003, 0.92);
        }
        return linear;
    }

    private static <T> T pick(List<T> list, RandomGenerator random) {
        return list.get(random.nextInt(list.size()));
    }

    /** The word for a linear colour. */
    public static String nameOf(double red, double green, double blue) {
        double r = Srgb.encoded(red);
        double g = Srgb.encoded(green);
        double b = Srgb.encoded(blue);
        double max = Math.max(r, Math.max(g, b));
        double min = Math.min(r, Math.min(g, b));
        double chroma = max - min;
        double saturation = max > 0 ? chroma / max : 0;
        if (max < 0.2) {
            return "black";
        }
        if (saturation < 0.13 || chroma < 0.05) {
            return max > 0.8 ? "white" : max < 0.27 ? "black" : "grey";
        }
        double hue;
        if (max == r) {
            hue = 60 * (g - b) / chroma;
        } else if (max == g) {
            hue = 120 + 60 * (b - r) / chroma;
        } else {
            hue = 240 + 60 * (r - g) / chroma;
        }
        if (hue < 0) {
            hue += 360;
        }
        if (hue >= 12 && hue < 62 && saturation < 0.42 && max > 0.62) {
            return "beige";
        }
        if (hue >= 10 && hue < 48 && max < 0.68) {
            return "brown";
        }
        if ((hue < 15 || hue > 335) && saturation < 0.52 && max > 0.7) {
            return "pink";
        }
        if (hue < 14 || hue >= 345) {
            return "red";
        }
        if (hue < 42) {
            return "orange";
        }
        if (hue < 67) {
            return "yellow";
        }
        if (hue < 160) {
            return "green";
        }
        if (hue < 194) {
            return "turquoise";
        }
        if (hue < 254) {
            return "blue";
        }
        if (hue < 300) {
            return "purple";
        }
        return "pink";
    }
}

package dev.suffice.train.scene;

import dev.suffice.train.scene.SceneFacts.Kind;
import dev.suffice.train.scene.SceneFacts.Outdoors;
import dev.suffice.train.scene.SceneFacts.Surroundings;
import dev.suffice.train.scene.SceneFacts.Thing;
import dev.suffice.train.scene.trace.RenderedImage;
import dev.suffice.train.scene.trace.Renderer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Draws, renders, checks and captions scenes. A scene depends on its seed alone. Pictures that do not show what their captions would have
 * to say (objects too small or cut off by something, lakes without water in view) are drawn again; a colour is only claimed if
 * the object's pixels have it. One per thread.
 */
public final class ScenePainter {
    private static final double PANORAMAS = 0.15;
    private static final int TRIES = 24;

    private final ModelShelf shelf;
    private final int size;
    private final Renderer renderer = new Renderer();

    /**
     * A painter.
     *
     * @param shelf the models
     * @param size height of pictures in pixels, and width of those that are not panoramas
     */
    public ScenePainter(ModelShelf shelf, int size) {
        this.shelf = shelf;
        this.size = size;
    }

    /** The scene of a seed. */
    public SceneTuple paint(long seed) {
        for (int attempt = 0; ; attempt++) {
            var random = new SplittableRandom(seed * 31 + attempt * 0x9e3779b97f4a7c15L);
            // The sort of scene is drawn from the seed alone, so that drawing again does not favour easy sorts.
            Scene scene = draw(new SplittableRandom(seed ^ 0x2545f4914f6cdd1dL), random);
            int width = scene.facts().panorama() ? 2 * size : size;
            RenderedImage image = renderer.render(scene.world(), scene.camera(), width, size, scene.exposure());
            Checked checked = check(image, scene.facts());
            if (checked.good() || attempt == TRIES - 1) {
                return new SceneTuple(image, checked.facts(), Captions.of(checked.facts(), random), seed);
            }
        }
    }

    private Scene draw(SplittableRandom sort, SplittableRandom random) {
        double p = sort.nextDouble();
        boolean panorama = sort.nextDouble() < PANORAMAS;
        var rooms = new RoomSampler(shelf, random);
        var landscapes = new LandscapeSampler(shelf, random);
        if (panorama) {
            return p < 0.5 ? rooms.panorama() : landscapes.landscape(true);
        }
        if (p < 0.5) {
            return rooms.single();
        }
        if (p < 0.6) {
            return rooms.pair();
        }
        return p < 0.8 ? landscapes.object() : landscapes.landscape(false);
    }

    private record Checked(SceneFacts facts, boolean good) {}

    private static Checked check(RenderedImage image, SceneFacts facts) {
        int n = image.width() * image.height();
        int things = facts.things().size();
        var area = new int[things];
        var border = new int[things];
        var names = new ArrayList<Map<String, Integer>>();
        for (int i = 0; i < things; i++) {
            names.add(new HashMap<>());
        }
        int scenery = 0;
        int sky = 0;
        int water = 0;
        for (int p = 0; p < n; p++) {
            int object = image.mask()[p];
            float r = image.albedo()[3 * p];
            float g = image.albedo()[3 * p + 1];
            float b = image.albedo()[3 * p + 2];
            if (image.depth()[p] >= Renderer.SKY_DEPTH) {
                sky++;
            } else if (object == 0 && r == 0 && g == 0 && b == 0) {
                water++;
            }
            if (object == LandscapeSampler.SCENERY) {
                scenery++;
                image.mask()[p] = 0;
            } else if (object > 0 && object <= things) {
                area[object - 1]++;
                int x = p % image.width();
                int y = p / image.width();
                if (x == 0 || y == 0 || x == image.width() - 1 || y == image.height() - 1) {
                    border[object - 1]++;
                }
                names.get(object - 1).merge(Palette.nameOf(r, g, b), 1, Integer::sum);
            }
        }
        boolean good = true;
        var named = new ArrayList<Thing>();
        for (int i = 0; i < things; i++) {
            Thing thing = facts.things().get(i);
            double share = area[i] / (double) n;
            good &= share > (facts.panorama() ? 0.006 : things > 1 ? 0.02 : 0.035);
            good &= facts.panorama() || border[i] < 6;
            named.add(thing.coloured(colour(thing, names.get(i), area[i])));
        }
        Surroundings around = facts.surroundings();
        if (around instanceof Outdoors land) {
            String words = String.join(" ", land.land());
            if (scenery < 0.012 * n) {
                around = land.bare();
                good &= !words.contains("forest");
            }
            double wet = water / (double) n;
            if (words.contains("lake") || words.contains("sea")) {
                good &= wet > (things > 0 ? 0.03 : 0.05);
            } else if (words.contains("river")) {
                good &= wet > 0.015;
            }
            good &= sky > 0.06 * n && sky < 0.8 * n;
        }
        good &= facts.kind() != Kind.LANDSCAPE || facts.panorama() || scenery < 0.45 * n;
        return new Checked(facts.with(named, around), good);
    }

    /** The colour that may be claimed: the painted one if enough of the object shows it, else one that nearly all of it shows. */
    private static String colour(Thing thing, Map<String, Integer> names, int area) {
        if (area == 0) {
            return "";
        }
        if (!thing.colour().isEmpty()) {
            double share = share(names, thing.colour(), area);
            for (String neighbour : neighbours(thing.colour())) {
                share += share(names, neighbour, area);
            }
            return share >= 0.45 ? thing.colour() : "";
        }
        return names.entrySet().stream()
                .filter(e -> e.getValue() >= 0.72 * area)
                .map(e -> e.getKey())
                .findFirst()
                .orElse("");
    }

    private static double share(Map<String, Integer> names, String name, int area) {
        return names.getOrDefault(name, 0) / (double) area;
    }

    /** Names that lighter or darker parts of a colour fall under. */
    private static List<String> neighbours(String colour) {
        return switch (colour) {
            case "orange" -> List.of("brown");
            case "brown" -> List.of("black");
            case "beige" -> List.of("brown", "white");
            case "white" -> List.of("grey");
            case "grey" -> List.of("white", "black");
            case "black" -> List.of("grey");
            case "yellow" -> List.of("orange");
            case "pink" -> List.of("purple");
            default -> List.of();
        };
    }
}

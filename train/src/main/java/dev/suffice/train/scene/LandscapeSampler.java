package dev.suffice.train.scene;

import dev.suffice.train.scene.SceneFacts.Kind;
import dev.suffice.train.scene.SceneFacts.Outdoors;
import dev.suffice.train.scene.trace.Camera;
import dev.suffice.train.scene.trace.Landscape;
import dev.suffice.train.scene.trace.LandscapePlan;
import dev.suffice.train.scene.trace.LandscapePlan.Cover;
import dev.suffice.train.scene.trace.LandscapePlan.Form;
import dev.suffice.train.scene.trace.LandscapePlan.SkyPlan;
import dev.suffice.train.scene.trace.Model;
import dev.suffice.train.scene.trace.PanoramaCamera;
import dev.suffice.train.scene.trace.PinholeCamera;
import dev.suffice.train.scene.trace.Placed;
import dev.suffice.train.scene.trace.Srgb;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws open landscapes, with or without an object in them. */
final class LandscapeSampler {
    /** What {@link dev.suffice.train.scene.trace.Hit#object} says of plants and stones that captions mention only in passing. */
    static final int SCENERY = 100;

    private static final double DRY = Double.NEGATIVE_INFINITY;

    private static final String PINE = "Scopia#pine";
    private static final String SNOWY_PINE = "Scopia#pineSnow";
    private static final String BLUE_PINE = "Scopia#bluePineSnow";
    private static final String PALM = "Scopia#sabalPalmeto";
    private static final String PALM2 = "Scopia#palm";
    private static final String COCONUT = "Scopia#coconutTreeBended";
    private static final String CYPRESS = "Scopia#cypress";
    private static final String POPLAR = "Scopia#poplar";
    private static final String ACACIA = "Scopia#acacia";
    private static final String BEECH = "Scopia#copperBeech";
    private static final String BLOSSOM = "Scopia#peachBlossom";
    private static final List<String> ROCKS =
            List.of("Blend Swap CC-0#rock1", "Blend Swap CC-0#rock2", "Blend Swap CC-0#rock3");

    /** Catalogue identifiers of all plants and stones. */
    static List<String> scenery() {
        var all = new ArrayList<>(
                List.of(PINE, SNOWY_PINE, BLUE_PINE, PALM, PALM2, COCONUT, CYPRESS, POPLAR, ACACIA, BEECH, BLOSSOM));
        all.addAll(ROCKS);
        return all;
    }

    private final ModelShelf shelf;
    private final RandomGenerator random;
    private final RoomSampler rooms;

    LandscapeSampler(ModelShelf shelf, RandomGenerator random) {
        this.shelf = shelf;
        this.random = random;
        this.rooms = new RoomSampler(shelf, random);
    }

    /** The ground of a kind of landscape, and what it is called. */
    private record Theme(
            Form form,
            Cover cover,
            double amplitude,
            double snowLine,
            double water,
            int grass,
            int rock,
            List<String> land,
            List<String> places,
            List<String> trees,
            double treeChance,
            boolean dense) {}

    private double uniform(double from, double to) {
        return from + (to - from) * random.nextDouble();
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private int green() {
        return pick(0x5f8048, 0x567a40, 0x748c4a, 0x4a7040, 0x839a56);
    }

    private int stone() {
        return pick(0x7c7872, 0x6a6660, 0x8a8078, 0x756a5e);
    }

    private Theme theme() {
        double none = Double.POSITIVE_INFINITY;
        return switch (random.nextInt(15)) {
            case 0, 1 -> {
                boolean autumn = random.nextDouble() < 0.2;
                yield new Theme(
                        Form.HILLS,
                        Cover.GRASS,
                        uniform(45, 110),
                        none,
                        DRY,
                        autumn ? pick(0xa8843c, 0x9c7a34) : green(),
                        stone(),
                        autumn
                                ? List.of("autumn hills", "brown hills", "rolling hills in autumn", "hills")
                                : List.of(
                                        "green hills",
                                        "hills",
                                        "rolling green hills",
                                        "grassy hills",
                                        "a hilly landscape"),
                        autumn
                                ? List.of("in front of autumn hills", "in the hills")
                                : List.of(
                                        "in front of green hills", "on a green hill", "in green hills", "on the grass"),
                        pick(
                                List.of(POPLAR, ACACIA),
                                List.of(CYPRESS),
                                List.of(BEECH),
                                List.of(BLOSSOM),
                                List.of(POPLAR)),
                        0.45,
                        false);
            }
            case 2, 3 -> {
                boolean snow = random.nextDouble() < 0.55;
                double amp = uniform(170, 340);
                boolean bare = random.nextDouble() < 0.25;
                yield new Theme(
                        Form.MOUNTAINS,
                        bare ? Cover.STONE : Cover.GRASS,
                        amp,
                        snow ? amp * uniform(0.1, 0.3) : none,
                        DRY,
                        green(),
                        stone(),
                        snow
                                ? List.of(
                                        "snowy mountains",
                                        "snow-capped mountains",
                                        "mountains",
                                        "mountains with snow on their peaks")
                                : List.of("mountains", "rocky mountains", "high mountains", "a mountain landscape"),
                        snow
                                ? List.of("in front of snowy mountains", "in front of mountains")
                                : List.of("in front of mountains", "in front of rocky mountains", "in the mountains"),
                        List.of(PINE),
                        0.5,
                        false);
            }
            case 4 ->
                new Theme(
                        pick(Form.MOUNTAINS, Form.HILLS),
                        Cover.SNOW,
                        uniform(80, 240),
                        none,
                        DRY,
                        green(),
                        stone(),
                        List.of("a snowy landscape", "a winter landscape", "snow", "snowy hills"),
                        List.of("in the snow", "in a snowy landscape", "on snow"),
                        pick(List.of(SNOWY_PINE), List.of(BLUE_PINE), List.of(PINE)),
                        0.6,
                        false);
            case 5, 14 -> {
                boolean lake = random.nextDouble() < 0.6;
                yield new Theme(
                        lake ? Form.LAKE : Form.VALLEY,
                        Cover.SNOW,
                        uniform(140, 280),
                        none,
                        lake ? -1.4 : DRY,
                        green(),
                        stone(),
                        lake
                                ? List.of(
                                        "a snowy valley with a lake",
                                        "a lake in the snow",
                                        "a lake in front of snowy mountains",
                                        "a snowy landscape with a lake")
                                : List.of("a snowy valley", "a valley in winter", "a valley with snow"),
                        lake
                                ? List.of("in the snow by a lake", "in a snowy valley with a lake")
                                : List.of("in a snowy valley", "in the snow"),
                        pick(List.of(SNOWY_PINE), List.of(PINE)),
                        0.5,
                        false);
            }
            case 6, 7 ->
                new Theme(
                        Form.DUNES,
                        Cover.SAND,
                        uniform(9, 26),
                        none,
                        DRY,
                        pick(0xd9b27a, 0xd8a05c, 0xe3c48e, 0xcf8d50),
                        0xb08050,
                        List.of("desert dunes", "sand dunes", "a desert", "dunes", "a sandy desert"),
                        List.of("in the desert", "on sand dunes", "in a sandy desert", "in front of dunes"),
                        pick(List.of(PALM), List.of(PALM2)),
                        0.3,
                        false);
            case 8, 13 -> {
                boolean snow = random.nextDouble() < 0.6;
                double amp = uniform(130, 300);
                yield new Theme(
                        Form.LAKE,
                        Cover.GRASS,
                        amp,
                        snow ? amp * uniform(0.15, 0.35) : none,
                        -1.4,
                        green(),
                        stone(),
                        snow
                                ? List.of(
                                        "a lake in front of snowy mountains",
                                        "a lake",
                                        "a mountain lake",
                                        "a lake with snowy mountains behind it")
                                : List.of(
                                        "a lake",
                                        "a lake in front of mountains",
                                        "a mountain lake",
                                        "a blue lake between mountains"),
                        List.of("by a lake", "in front of a lake", "at a mountain lake"),
                        pick(List.of(PINE), List.of(POPLAR)),
                        0.5,
                        false);
            }
            case 9 -> {
                boolean river = random.nextDouble() < 0.6;
                yield new Theme(
                        Form.VALLEY,
                        Cover.GRASS,
                        uniform(110, 240),
                        random.nextBoolean() ? 70 : none,
                        river ? -0.7 : DRY,
                        green(),
                        stone(),
                        river
                                ? List.of(
                                        "a valley with a river",
                                        "a river",
                                        "a river in a green valley",
                                        "a river between mountains")
                                : List.of("a green valley", "a valley", "a valley between mountains"),
                        river
                                ? List.of("by a river", "in a valley with a river")
                                : List.of("in a green valley", "in a valley"),
                        pick(List.of(PINE), List.of(POPLAR, ACACIA)),
                        0.5,
                        false);
            }
            case 10 ->
                new Theme(
                        Form.COAST,
                        random.nextDouble() < 0.75 ? Cover.SAND : Cover.GRASS,
                        uniform(40, 110),
                        none,
                        -0.35,
                        0,
                        stone(),
                        List.of("a beach", "the sea", "a coast", "a beach by the sea", "the seaside"),
                        List.of("on a beach", "by the sea", "at the seaside"),
                        pick(List.of(COCONUT), List.of(PALM)),
                        0.4,
                        false);
            case 11 ->
                new Theme(
                        Form.CANYON,
                        Cover.STRATA,
                        uniform(60, 130),
                        none,
                        DRY,
                        pick(0xc08858, 0xb87a4c),
                        pick(0xa84e30, 0xb8643c, 0x9c5a40),
                        List.of("a canyon", "red rocks", "red rock cliffs", "a rocky desert", "a red canyon"),
                        List.of("in a canyon", "in front of red rocks", "in a rocky desert"),
                        List.of(),
                        0,
                        false);
            default -> {
                boolean forest = random.nextDouble() < 0.5;
                yield forest
                        ? new Theme(
                                Form.HILLS,
                                Cover.GRASS,
                                uniform(15, 60),
                                none,
                                DRY,
                                pick(0x4a6a30, 0x41662e, 0x5a7434),
                                stone(),
                                List.of("a forest", "a pine forest", "woods", "a forest of pine trees"),
                                List.of("in a forest", "in front of a forest", "in the woods"),
                                List.of(PINE),
                                1,
                                true)
                        : new Theme(
                                Form.PLAIN,
                                Cover.GRASS,
                                uniform(2, 9),
                                none,
                                DRY,
                                green(),
                                stone(),
                                List.of("a meadow", "a green meadow", "a grassy plain", "a green field"),
                                List.of("on a meadow", "on a green field", "on the grass"),
                                pick(List.of(POPLAR), List.of(BEECH), List.of(ACACIA), List.of(BLOSSOM)),
                                0.5,
                                false);
            }
        };
    }

    private record SkyChoice(SkyPlan plan, List<String> words, String mood, double exposure) {}

    private static double[] rgb(double r, double g, double b) {
        return new double[] {r, g, b};
    }

    private double[] sun(double fromAhead, double elevation) {
        double side = random.nextBoolean() ? 1 : -1;
        double flat = Math.cos(elevation);
        return rgb(side * Math.sin(fromAhead) * flat, Math.sin(elevation), -Math.cos(fromAhead) * flat);
    }

    private SkyChoice sky(boolean object) {
        double p = random.nextDouble();
        double day = uniform(0.45, 1.05);
        double aside = uniform(1.0, 2.6);
        if (p < 0.3) {
            return new SkyChoice(
                    new SkyPlan(
                            rgb(0.1, 0.27, 0.68),
                            rgb(0.6, 0.76, 0.93),
                            rgb(1, 0.96, 0.86),
                            rgb(1, 1, 1),
                            random.nextBoolean() ? 0 : 0.12,
                            sun(aside, day),
                            1,
                            rgb(0.92, 0.86, 0.74),
                            rgb(0.34, 0.4, 0.48),
                            1700,
                            false),
                    List.of("a clear blue sky", "a blue sky", "bright sunshine"),
                    "sunny",
                    1);
        }
        if (p < 0.5) {
            return new SkyChoice(
                    new SkyPlan(
                            rgb(0.12, 0.29, 0.66),
                            rgb(0.62, 0.76, 0.9),
                            rgb(1, 0.96, 0.88),
                            rgb(0.96, 0.96, 0.97),
                            uniform(0.4, 0.62),
                            sun(aside, day),
                            1,
                            rgb(0.82, 0.77, 0.68),
                            rgb(0.37, 0.41, 0.47),
                            1500,
                            false),
                    List.of("a cloudy sky", "white clouds", "a blue sky with clouds"),
                    "",
                    1);
        }
        if (p < 0.62) {
            return new SkyChoice(
                    new SkyPlan(
                            rgb(0.42, 0.46, 0.52),
                            rgb(0.6, 0.63, 0.66),
                            rgb(0.7, 0.7, 0.7),
                            rgb(0.5, 0.53, 0.57),
                            0.9,
                            sun(aside, 0.9),
                            0,
                            rgb(0.16, 0.16, 0.16),
                            rgb(0.52, 0.54, 0.57),
                            900,
                            false),
                    List.of("an overcast sky", "a grey sky", "grey clouds"),
                    "",
                    1.05);
        }
        if (p < 0.8) {
            boolean orange = random.nextDouble() < 0.65;
            double ahead = object ? uniform(0.5, 2.2) : uniform(0, random.nextDouble() < 0.7 ? 0.5 : 2.4);
            return new SkyChoice(
                    new SkyPlan(
                            orange ? rgb(0.13, 0.15, 0.36) : rgb(0.2, 0.14, 0.4),
                            orange ? rgb(0.92, 0.42, 0.16) : rgb(0.86, 0.34, 0.3),
                            orange ? rgb(1, 0.62, 0.22) : rgb(1, 0.5, 0.34),
                            orange ? rgb(0.7, 0.36, 0.28) : rgb(0.6, 0.3, 0.4),
                            uniform(0, 0.55),
                            sun(ahead, uniform(0.06, 0.2)),
                            1.5,
                            orange ? rgb(1.15, 0.6, 0.26) : rgb(1.0, 0.46, 0.36),
                            rgb(0.36, 0.27, 0.32),
                            1100,
                            false),
                    List.of("sunset", "dusk", "an evening sky"),
                    "sunset",
                    1.1);
        }
        if (p < 0.87) {
            return new SkyChoice(
                    new SkyPlan(
                            rgb(0.3, 0.4, 0.68),
                            rgb(0.92, 0.66, 0.6),
                            rgb(1, 0.8, 0.6),
                            rgb(0.95, 0.74, 0.74),
                            uniform(0.1, 0.5),
                            sun(object ? uniform(0.6, 2.2) : uniform(0, 1.2), uniform(0.12, 0.3)),
                            1.2,
                            rgb(0.9, 0.66, 0.5),
                            rgb(0.4, 0.38, 0.44),
                            700,
                            false),
                    List.of("sunrise", "dawn", "a pink sky"),
                    "sunrise",
                    1.05);
        }
        if (p < 0.93) {
            return new SkyChoice(
                    new SkyPlan(
                            rgb(0.56, 0.6, 0.65),
                            rgb(0.68, 0.7, 0.72),
                            rgb(0.75, 0.75, 0.74),
                            rgb(0.66, 0.68, 0.7),
                            0.6,
                            sun(aside, 0.8),
                            0,
                            rgb(0.22, 0.22, 0.2),
                            rgb(0.5, 0.52, 0.54),
                            uniform(70, 160),
                            false),
                    List.of("fog", "mist"),
                    "misty",
                    1);
        }
        return new SkyChoice(
                new SkyPlan(
                        rgb(0.008, 0.014, 0.05),
                        rgb(0.035, 0.055, 0.13),
                        rgb(0.5, 0.55, 0.65),
                        rgb(0.05, 0.06, 0.1),
                        uniform(0, 0.4),
                        sun(object ? uniform(0.4, 2) : uniform(0, 1.2), uniform(0.25, 0.6)),
                        1,
                        rgb(0.25, 0.29, 0.38),
                        rgb(0.12, 0.14, 0.22),
                        1500,
                        true),
                List.of("night", "a starry sky", "moonlight"),
                "night",
                1.15);
    }

    Scene landscape(boolean panorama) {
        return scene(theme(), sky(false), List.of(), panorama);
    }

    private static final List<ObjectClass> OUTDOORS =
            ObjectClasses.all().stream().filter(ObjectClass::outdoors).toList();

    Scene object() {
        Theme theme = theme();
        ObjectClass type = RoomSampler.draw(OUTDOORS, each -> each.indoors() ? 0.5 : 1, random);
        while (type.name().equals("snowman") && theme.cover() != Cover.SNOW && random.nextDouble() < 0.8) {
            theme = theme();
        }
        return scene(theme, sky(true), List.of(rooms.choose(type)), false);
    }

    /** A landscape with at most one object in it. */
    private Scene scene(Theme theme, SkyChoice sky, List<RoomSampler.Chosen> chosen, boolean panorama) {
        boolean object = !chosen.isEmpty();
        var things = new ArrayList<Placed>();
        double flat = 5;
        Camera camera;
        double[] box = {0, 0, 0, 0, 0, 0};
        int grass = theme.grass() != 0
                ? theme.grass()
                : theme.cover() == Cover.SAND ? pick(0xdcc090, 0xe4cfa4, 0xcdb07c) : green();
        double road = 0;
        List<String> places = new ArrayList<>(theme.places());
        long seed = random.nextLong();
        LandscapePlan plan;
        if (object) {
            RoomSampler.Chosen thing = chosen.getFirst();
            double yaw = Math.toRadians(
                    thing.type().yaws().get(random.nextInt(thing.type().yaws().size())) + uniform(-10, 10));
            Placed placed = thing.place(0, 0, 0, yaw, 1);
            things.add(placed);
            box = placed.box();
            PinholeCamera framed = RoomSampler.framing(
                    box,
                    uniform(-0.45, 0.45),
                    uniform(0.06, 0.32),
                    Math.toRadians(uniform(40, 58)),
                    uniform(0.5, 0.76),
                    uniform(-0.08, 0.08),
                    uniform(0.02, 0.2));
            double[] eye = framed.position();
            flat = Math.hypot(eye[0], eye[2]) + 2;
            boolean wheels = List.of("car", "bus", "motorcycle", "bicycle")
                    .contains(thing.type().name());
            if (wheels && random.nextDouble() < 0.4 && theme.cover() != Cover.SNOW) {
                road = uniform(1.2, 1.6) * Math.max(1.6, (box[5] - box[2]) * 0.75);
                places.add("on a road");
                places.add("on a road " + theme.places().getFirst());
            }
            camera = framed;
            plan = plan(theme, sky, flat, road, grass, seed);
        } else {
            plan = plan(theme, sky, flat, 0, grass, seed);
            boolean aerial = random.nextDouble() < 0.2;
            double eyeHeight = aerial ? uniform(9, 30) : uniform(1.5, 5);
            boolean directed = theme.form() == Form.LAKE || theme.form() == Form.COAST || theme.form() == Form.VALLEY;
            double heading = directed ? uniform(-0.35, 0.35) : uniform(-0.9, 0.9);
            double pitch = aerial ? uniform(-0.3, -0.12) : uniform(-0.16, 0.07);
            double[] eye = {0, eyeHeight, 0};
            camera = panorama
                    ? new PanoramaCamera(eye, heading)
                    : PinholeCamera.lookingAt(
                            eye,
                            new double[] {Math.sin(heading), eyeHeight + Math.tan(pitch), -Math.cos(heading)},
                            Math.toRadians(uniform(48, 66)),
                            1);
        }
        double[] eye = camera.position();
        double from = -Math.PI;
        double to = Math.PI;
        int spokes = 513;
        if (camera instanceof PinholeCamera pinhole) {
            double[] range = azimuths(pinhole);
            from = range[0];
            to = range[1];
            spokes = Math.clamp(Math.round((to - from) / 0.0065), 40, 513);
        }
        var extras = new ArrayList<String>();
        if (!theme.trees().isEmpty() && random.nextDouble() < theme.treeChance()) {
            String tree = pick(theme.trees().toArray(String[]::new));
            int wanted = theme.dense() ? 70 : 3 + random.nextInt(22);
            scatter(things, plan, tree, wanted, eye, from, to, box, object);
            extras.addAll(treeWords(tree));
        }
        if (random.nextDouble() < 0.15 && theme.form() != Form.COAST) {
            scatter(things, plan, ROCKS.get(random.nextInt(3)), 4 + random.nextInt(8), eye, from, to, box, object);
        }
        var world = new Landscape(plan, things, eye, from, to, spokes, 0.7);
        var facts = new SceneFacts(
                object ? Kind.OUTDOOR_OBJECT : Kind.LANDSCAPE,
                camera instanceof PanoramaCamera,
                chosen.stream().map(RoomSampler.Chosen::thing).toList(),
                0,
                new Outdoors(theme.land(), places, sky.words(), extras, sky.mood()));
        return new Scene(world, camera, sky.exposure() * uniform(0.94, 1.06), facts);
    }

    private LandscapePlan plan(Theme theme, SkyChoice sky, double flat, double road, int grass, long seed) {
        double[] grassColour = Srgb.linearOf(grass);
        double[] rock = Srgb.linearOf(theme.rock());
        double lighter = uniform(0.85, 1.15);
        for (int i = 0; i < 3; i++) {
            grassColour[i] *= lighter;
            rock[i] *= lighter;
        }
        return new LandscapePlan(
                theme.form(),
                theme.cover(),
                theme.amplitude(),
                theme.snowLine(),
                theme.water(),
                flat,
                road,
                grassColour,
                rock,
                sky.plan(),
                seed);
    }

    private static double[] azimuths(PinholeCamera camera) {
        var d = new double[3];
        camera.direction(0.5, 0.5, d);
        double middle = Math.atan2(d[0], -d[2]);
        double low = 0;
        double high = 0;
        for (int i = 0; i <= 16; i++) {
            double s = i / 16.0;
            for (double[] uv : new double[][] {{s, 0}, {s, 1}, {0, s}, {1, s}}) {
                camera.direction(uv[0], uv[1], d);
                double a = Math.IEEEremainder(Math.atan2(d[0], -d[2]) - middle, 2 * Math.PI);
                low = Math.min(low, a);
                high = Math.max(high, a);
            }
        }
        return new double[] {middle + low - 0.02, middle + high + 0.02};
    }

    private void scatter(
            List<Placed> things,
            LandscapePlan plan,
            String id,
            int wanted,
            double[] eye,
            double from,
            double to,
            double[] box,
            boolean object) {
        Model model = shelf.model(id);
        boolean rock = id.contains("rock");
        var probe = new Landscape(plan, List.of(), eye, from, to, 2, 0.5);
        double distance = Math.hypot(eye[0], eye[2]);
        for (int i = 0, tries = 0; i < wanted && tries < wanted * 8; tries++) {
            double a = uniform(from, to);
            double near = (object ? distance + 8 : 9) + Math.max(0, 1.6 * (model.bounds()[4] - 6));
            double r = near * Math.pow(170 / near, Math.sqrt(random.nextDouble()));
            double x = eye[0] + r * Math.sin(a);
            double z = eye[2] - r * Math.cos(a);
            double y = probe.groundAt(x, z);
            double size = rock ? uniform(1, 5) : uniform(0.75, 1.3);
            float[] b = model.bounds();
            double wide = 0.5 * size * Math.max(b[3] - b[0], b[5] - b[2]);
            boolean clash = object
                    && (Math.hypot(x, z) < Math.max(box[3], box[5]) + wide + 1.5
                            || (Math.abs(z) < 5 + wide && plan.road() > 0));
            double slope = Math.abs(probe.groundAt(x + 1, z) - y) + Math.abs(probe.groundAt(x, z + 1) - y);
            if (clash || y < plan.water() + 0.25 || slope > 0.8) {
                continue;
            }
            things.add(new Placed(model, x, y - 0.06 * size, z, uniform(0, 6.28), size, SCENERY));
            i++;
        }
    }

    private static List<String> treeWords(String tree) {
        return switch (tree) {
            case PINE -> List.of("pine trees", "trees", "pines");
            case SNOWY_PINE, BLUE_PINE -> List.of("snowy pine trees", "pine trees", "trees");
            case PALM, PALM2, COCONUT -> List.of("palm trees", "palms");
            case CYPRESS -> List.of("cypresses", "trees");
            case BLOSSOM -> List.of("blossoming trees", "pink trees");
            case BEECH -> List.of("red trees", "autumn trees");
            default -> List.of("trees", "green trees");
        };
    }
}

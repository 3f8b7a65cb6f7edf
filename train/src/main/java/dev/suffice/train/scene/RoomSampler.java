package dev.suffice.train.scene;

import dev.suffice.train.scene.ObjectClass.ModelChoice;
import dev.suffice.train.scene.SceneFacts.Indoors;
import dev.suffice.train.scene.SceneFacts.Kind;
import dev.suffice.train.scene.SceneFacts.Thing;
import dev.suffice.train.scene.trace.Camera;
import dev.suffice.train.scene.trace.Model;
import dev.suffice.train.scene.trace.PanoramaCamera;
import dev.suffice.train.scene.trace.PinholeCamera;
import dev.suffice.train.scene.trace.Placed;
import dev.suffice.train.scene.trace.Room;
import dev.suffice.train.scene.trace.RoomPlan;
import dev.suffice.train.scene.trace.RoomPlan.FloorFinish;
import dev.suffice.train.scene.trace.RoomPlan.FloorPattern;
import dev.suffice.train.scene.trace.RoomPlan.Opening;
import dev.suffice.train.scene.trace.RoomPlan.OpeningKind;
import dev.suffice.train.scene.trace.RoomPlan.RoomLight;
import dev.suffice.train.scene.trace.RoomPlan.Rug;
import dev.suffice.train.scene.trace.RoomPlan.WallFinish;
import dev.suffice.train.scene.trace.RoomPlan.WallPattern;
import dev.suffice.train.scene.trace.Srgb;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;

/** Draws furnished rooms. */
final class RoomSampler {
    private final ModelShelf shelf;
    private final RandomGenerator random;

    RoomSampler(ModelShelf shelf, RandomGenerator random) {
        this.shelf = shelf;
        this.random = random;
    }

    /** An object with its model, size and paint, not yet placed. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Chosen(ObjectClass type, ModelChoice choice, Model model, String paintName, double[] paint) {
        Thing thing() {
            return new Thing(type, choice.id(), choice.word(), paintName);
        }

        Placed place(double x, double y, double z, double yaw, int object) {
            var placed = new Placed(model, x, y, z, yaw + Math.toRadians(choice.turn()), choice.scale(), object);
            if (!paintName.isEmpty()) {
                for (String material : choice.paint()) {
                    int index = model.material(material);
                    if (index >= 0) {
                        placed.paint(index, paint);
                    }
                }
            }
            return placed;
        }
    }

    Chosen choose(ObjectClass type) {
        ModelChoice choice = type.models().get(random.nextInt(type.models().size()));
        Model model = shelf.model(choice.id());
        boolean painted = !choice.paint().isEmpty() && random.nextDouble() < 0.9;
        String name = painted ? Palette.paintName(random) : "";
        double[] paint = painted ? Palette.paint(name, random) : new double[3];
        return new Chosen(type, choice, model, name, paint);
    }

    /** A class, drawn by its weight times a factor. */
    static ObjectClass draw(List<ObjectClass> from, ToDoubleFunction<ObjectClass> factor, RandomGenerator random) {
        double total = from.stream()
                .mapToDouble(c -> c.weight() * factor.applyAsDouble(c))
                .sum();
        double at = random.nextDouble() * total;
        for (ObjectClass type : from) {
            at -= type.weight() * factor.applyAsDouble(type);
            if (at < 0) {
                return type;
            }
        }
        return from.getLast();
    }

    /** A class for a room; those that may also stand in the open come up there as well. */
    private ObjectClass drawIndoors() {
        return draw(INDOORS, type -> type.outdoors() ? 0.7 : 1, random);
    }

    double uniform(double from, double to) {
        return from + (to - from) * random.nextDouble();
    }

    private static final List<ObjectClass> INDOORS =
            ObjectClasses.all().stream().filter(ObjectClass::indoors).toList();

    Scene single() {
        Chosen chosen = choose(drawIndoors());
        ObjectClass type = chosen.type();
        boolean wall = type.againstWall() && random.nextDouble() < 0.85;
        double yaw = wall
                ? 0
                : Math.toRadians(type.yaws().get(random.nextInt(type.yaws().size())) + uniform(-10, 10));
        Placed placed = chosen.place(0, 0, 0, yaw, 1);
        return scene(Kind.ROOM, List.of(chosen), List.of(placed), wall, uniform(0.56, 0.84), 0);
    }

    Scene pair() {
        Chosen a = choose(drawIndoors());
        Chosen b = choose(drawIndoors());
        double sizeA = size(a);
        double sizeB = size(b);
        for (int tries = 0;
                tries < 20
                        && (b.type().name().equals(a.type().name())
                                || Math.max(sizeA, sizeB) > 2.6 * Math.min(sizeA, sizeB));
                tries++) {
            b = choose(drawIndoors());
            sizeB = size(b);
        }
        double yawA = Math.toRadians(uniform(-30, 30));
        double yawB = Math.toRadians(uniform(-30, 30));
        double[] boxA = a.place(0, 0, 0, yawA, 1).box();
        double[] boxB = b.place(0, 0, 0, yawB, 2).box();
        double gap = uniform(0.1, 0.4) * Math.min(1.5, Math.max(sizeA, sizeB));
        double widthA = boxA[3] - boxA[0];
        double widthB = boxB[3] - boxB[0];
        int side = random.nextBoolean() ? -1 : 1;
        double xa = side * (widthB + gap) / 2;
        double xb = -side * (widthA + gap) / 2;
        double za = uniform(-0.25, 0.25);
        Placed first = a.place(xa, 0, za, yawA, 1);
        Placed second = b.place(xb, 0, -za, yawB, 2);
        return scene(Kind.ROOM2, List.of(a, b), List.of(first, second), false, uniform(0.65, 0.88), side);
    }

    private static double size(Chosen chosen) {
        float[] b = chosen.model().bounds();
        return chosen.choice().scale() * Math.cbrt((b[3] - b[0]) * (b[4] - b[1]) * (double) (b[5] - b[2]));
    }

    static double[] union(List<Placed> things) {
        double[] box = things.getFirst().box();
        for (Placed thing : things) {
            double[] b = thing.box();
            for (int i = 0; i < 3; i++) {
                box[i] = Math.min(box[i], b[i]);
                box[i + 3] = Math.max(box[i + 3], b[i + 3]);
            }
        }
        return box;
    }

    /** A camera that sees a box fill a share of the picture, found by bisection over the distance. */
    static PinholeCamera framing(
            double[] box, double azimuth, double elevation, double view, double fill, double shiftX, double shiftY) {
        double[] centre = {(box[0] + box[3]) / 2, (box[1] + box[4]) / 2, (box[2] + box[5]) / 2};
        double near = 0.01;
        double far = 200;
        PinholeCamera camera = camera(centre, azimuth, elevation, far, view, shiftX, shiftY);
        for (int i = 0; i < 40; i++) {
            double middle = Math.sqrt(near * far);
            camera = camera(centre, azimuth, elevation, middle, view, shiftX, shiftY);
            if (extent(camera, box) > fill) {
                near = middle;
            } else {
                far = middle;
            }
        }
        return camera;
    }

    private static PinholeCamera camera(
            double[] centre,
            double azimuth,
            double elevation,
            double distance,
            double view,
            double shiftX,
            double shiftY) {
        double[] eye = {
            centre[0] + distance * Math.sin(azimuth) * Math.cos(elevation),
            centre[1] + distance * Math.sin(elevation),
            centre[2] + distance * Math.cos(azimuth) * Math.cos(elevation)
        };
        double reach = distance * Math.tan(view / 2);
        double[] target = {
            centre[0] + shiftX * reach * Math.cos(azimuth),
            centre[1] + shiftY * reach,
            centre[2] - shiftX * reach * Math.sin(azimuth)
        };
        return PinholeCamera.lookingAt(eye, target, view, 1);
    }

    /** The larger of a box's width and height in the picture, in pictures; infinite if part of it is behind the camera. */
    private static double extent(PinholeCamera camera, double[] box) {
        double lowX = Double.POSITIVE_INFINITY;
        double highX = Double.NEGATIVE_INFINITY;
        double lowY = Double.POSITIVE_INFINITY;
        double highY = Double.NEGATIVE_INFINITY;
        for (int corner = 0; corner < 8; corner++) {
            double x = box[(corner & 1) == 0 ? 0 : 3] - camera.position()[0];
            double y = box[(corner & 2) == 0 ? 1 : 4] - camera.position()[1];
            double z = box[(corner & 4) == 0 ? 2 : 5] - camera.position()[2];
            double depth = dot(camera.forward(), x, y, z);
            if (depth < 0.05) {
                return Double.POSITIVE_INFINITY;
            }
            double px = dot(camera.right(), x, y, z) / depth / camera.tangent() / 2;
            double py = dot(camera.up(), x, y, z) / depth / camera.tangent() / 2;
            lowX = Math.min(lowX, px);
            highX = Math.max(highX, px);
            lowY = Math.min(lowY, py);
            highY = Math.max(highY, py);
        }
        return Math.max(highX - lowX, highY - lowY);
    }

    private static double dot(double[] a, double x, double y, double z) {
        return a[0] * x + a[1] * y + a[2] * z;
    }

    private Scene scene(Kind kind, List<Chosen> chosen, List<Placed> things, boolean wall, double fill, int side) {
        double[] box = union(things);
        double azimuth = uniform(-0.45, 0.45);
        double elevation = uniform(0.08, 0.5);
        double view = Math.toRadians(uniform(38, 60));
        PinholeCamera camera = framing(box, azimuth, elevation, view, fill, uniform(-0.06, 0.06), uniform(0.02, 0.16));
        double[] eye = camera.position();
        double tallest = box[4];
        double height = Math.max(uniform(2.4, 3.1), Math.max(tallest + uniform(0.25, 0.7), eye[1] + 0.35));
        double behind = wall ? 0.02 : uniform(0.15, 1.6);
        double z0 = box[2] - behind;
        double x0 = Math.min(box[0] - uniform(0.15, 2.4), eye[0] - 0.5);
        double x1 = Math.max(box[3] + uniform(0.15, 2.4), eye[0] + 0.5);
        double z1 = Math.max(eye[2] + 0.6, box[5] + 0.5);
        String roomWord = roomWord(chosen.getFirst().type());
        Decor decor = decor(x0, x1, z0, z1, height, box, roomWord);
        var room = new Room(decor.plan(), things, Math.clamp(0.35 * (box[4] - box[1]) + 0.15, 0.25, 0.8));
        // With two things, sides are only named half of the time: the other half may be mirrored.
        int beside = kind == Kind.ROOM2 && random.nextBoolean() ? side : 0;
        var facts = new SceneFacts(
                kind,
                false,
                chosen.stream().map(Chosen::thing).toList(),
                beside,
                new Indoors(roomWord, decor.wallWord(), decor.floorWord(), decor.rugWord(), decor.lightWord()));
        return new Scene(room, camera, decor.exposure(), facts);
    }

    Scene panorama() {
        double halfX = uniform(1.45, 2.5);
        double halfZ = uniform(1.45, 2.5);
        double height = uniform(2.4, 3);
        int wanted = 1 + random.nextInt(3);
        String roomWord = "";
        var chosen = new ArrayList<Chosen>();
        var things = new ArrayList<Placed>();
        int firstWall = random.nextInt(4);
        for (int i = 0; i < wanted; i++) {
            Chosen c = choose(drawIndoors());
            for (int tries = 0; tries < 30; tries++) {
                float[] b = c.model().bounds();
                double s = c.choice().scale();
                boolean fits = s * (b[3] - b[0]) < 2.4
                        && s * (b[5] - b[2]) < 2.3
                        && s * b[4] > 0.55
                        && s * b[4] < height - 0.1;
                var type = c.type();
                boolean different =
                        chosen.stream().noneMatch(o -> o.type().name().equals(type.name()));
                String kindOfRoom = roomWord;
                boolean apt = kindOfRoom.isEmpty()
                        || type.room().isEmpty()
                        || type.room().equals(kindOfRoom);
                if (fits && different && apt) {
                    break;
                }
                c = choose(drawIndoors());
            }
            float[] b = c.model().bounds();
            String ofType = c.type().room();
            boolean apt = roomWord.isEmpty() || ofType.isEmpty() || ofType.equals(roomWord);
            if (c.choice().scale() * b[4] > height - 0.05 || !apt) {
                continue;
            }
            int wall = (firstWall + i) % 4;
            double yaw = Math.toRadians(new int[] {0, 90, -90, 180}[wall]);
            int object = things.size() + 1;
            double[] box = c.place(0, 0, 0, yaw, object).box();
            double gap = c.type().againstWall() ? 0.02 : uniform(0.05, 0.3);
            boolean alongX = wall == 0 || wall == 3;
            double room = alongX ? halfX : halfZ;
            double half = alongX ? (box[3] - box[0]) / 2 : (box[5] - box[2]) / 2;
            double slack = Math.max(0, room - half - 0.9);
            double along = uniform(-slack, slack);
            double x = alongX ? along : wall == 1 ? -halfX + gap - box[0] : halfX - gap - box[3];
            double z = alongX ? wall == 0 ? -halfZ + gap - box[2] : halfZ - gap - box[5] : along;
            Placed placed = c.place(x, 0, z, yaw, object);
            double[] w = placed.box();
            double clear = Math.hypot(Math.max(Math.max(w[0], -w[3]), 0), Math.max(Math.max(w[2], -w[5]), 0));
            boolean free = clear > 0.5;
            for (Placed other : things) {
                double[] o = other.box();
                free &= w[0] > o[3] || w[3] < o[0] || w[2] > o[5] || w[5] < o[2];
            }
            if (free) {
                if (roomWord.isEmpty()) {
                    roomWord = roomWord(c.type());
                }
                chosen.add(c);
                things.add(placed);
            }
        }
        if (things.isEmpty()) {
            return panorama();
        }
        double[] box = {0, 0, 0, 0, 1, 0};
        double[] eye = {uniform(-0.2, 0.2), uniform(1.1, 1.55), uniform(-0.2, 0.2)};
        Decor decor = decor(-halfX, halfX, -halfZ, halfZ, height, box, roomWord);
        // The first object is somewhere near the middle of the picture.
        double[] first = things.getFirst().box();
        double heading = Math.atan2((first[0] + first[3]) / 2 - eye[0], -((first[2] + first[5]) / 2 - eye[2]))
                + uniform(-0.5, 0.5);
        Camera camera = new PanoramaCamera(eye, heading);
        var facts = new SceneFacts(
                chosen.size() > 1 ? Kind.ROOM2 : Kind.ROOM,
                true,
                chosen.stream().map(Chosen::thing).toList(),
                0,
                new Indoors(roomWord, decor.wallWord(), decor.floorWord(), decor.rugWord(), decor.lightWord()));
        return new Scene(new Room(decor.plan(), things, 0.6), camera, decor.exposure(), facts);
    }

    private String roomWord(ObjectClass type) {
        if (type.room().isEmpty()) {
            return random.nextDouble() < 0.3 ? "living room" : "";
        }
        return random.nextDouble() < 0.75 ? type.room() : "";
    }

    private record Decor(
            RoomPlan plan, String wallWord, String floorWord, String rugWord, String lightWord, double exposure) {}

    private Decor decor(double x0, double x1, double z0, double z1, double height, double[] box, String room) {
        String wallWord = Palette.wallName(random);
        double[] wallColour = Palette.wall(wallWord, random);
        double[] white = Srgb.linearOf(0xf2f1ee);
        double p = random.nextDouble();
        boolean wet = room.equals("bathroom") || room.equals("kitchen");
        WallFinish wall;
        if (wet && p < 0.5) {
            wall = new WallFinish(WallPattern.TILES, wallColour, wallColour, uniform(0.15, 0.3));
        } else if (p < 0.72) {
            wall = new WallFinish(WallPattern.PAINT, wallColour, wallColour, 1);
        } else if (p < 0.84) {
            double[] second = new double[3];
            double tone = random.nextBoolean() ? 0.82 : 1.12;
            for (int i = 0; i < 3; i++) {
                second[i] = Math.min(0.9, wallColour[i] * tone);
            }
            wall = new WallFinish(WallPattern.STRIPES, wallColour, second, uniform(0.12, 0.3));
        } else if (p < 0.93) {
            wall = new WallFinish(WallPattern.WAINSCOT, wallColour, white, 1);
        } else {
            wallWord = "brick";
            int[] bricks = {0x9c4a36, 0xa85a40, 0xb07a5a};
            wall = new WallFinish(
                    WallPattern.BRICKS, Srgb.linearOf(bricks[random.nextInt(3)]), Srgb.linearOf(0xbab2a6), 1);
        }
        FloorFinish floor;
        String floorWord;
        double q = random.nextDouble();
        if (wet ? q < 0.2 : q < 0.55) {
            int[] woods = {0xc09058, 0x9c6c3c, 0x6e4628, 0xd0aa78, 0xb07c48};
            double[] wood = Srgb.linearOf(woods[random.nextInt(woods.length)]);
            floor = new FloorFinish(FloorPattern.PLANKS, wood, wood, uniform(0.09, 0.18));
            floorWord = "wooden";
        } else if (q < (wet ? 0.6 : 0.68)) {
            int[] tiles = {0xd8d4cc, 0xb8b4ac, 0xc08a68, 0xe6e2da, 0x8c8c8e};
            double[] tile = Srgb.linearOf(tiles[random.nextInt(tiles.length)]);
            floor = new FloorFinish(FloorPattern.TILES, tile, tile, uniform(0.3, 0.6));
            floorWord = "tiled";
        } else if (q < (wet ? 0.95 : 0.8)) {
            int[] dark = {0x2a2a2c, 0x7a3a30, 0x4a5a78, 0x8a8a86, 0xa88a64};
            floor = new FloorFinish(
                    FloorPattern.CHECKER,
                    Srgb.linearOf(0xdedad2),
                    Srgb.linearOf(dark[random.nextInt(dark.length)]),
                    uniform(0.25, 0.5));
            floorWord = "checkered";
        } else if (q < 0.96 && !wet) {
            String carpet = Palette.wallName(random);
            double[] c = Palette.wall(carpet, random);
            double darker = uniform(0.45, 0.9);
            for (int i = 0; i < 3; i++) {
                c[i] *= darker;
            }
            floor = new FloorFinish(FloorPattern.CARPET, c, c, 1);
            floorWord = "carpeted";
        } else {
            double[] grey = Srgb.linearOf(random.nextBoolean() ? 0x9a9894 : 0x7c7a78);
            floor = new FloorFinish(FloorPattern.CONCRETE, grey, grey, 1);
            floorWord = "concrete";
        }
        String rugWord = "";
        var rug = new Rug(0, 0, 0, 0, false, white, white);
        if (!wet && !floorWord.equals("carpeted") && random.nextDouble() < 0.16) {
            rugWord = Palette.paintName(random);
            double hx = (box[3] - box[0]) / 2 + uniform(0.2, 0.7);
            double hz = (box[5] - box[2]) / 2 + uniform(0.2, 0.7);
            double cz = Math.max((box[2] + box[5]) / 2 + uniform(0, 0.4), z0 + hz + 0.1);
            boolean round = random.nextDouble() < 0.4;
            double factor = round ? 1.25 : 1;
            rug = new Rug(
                    (box[0] + box[3]) / 2,
                    cz,
                    hx * factor,
                    hz * factor,
                    round,
                    Palette.paint(rugWord, random),
                    random.nextBoolean() ? white : Palette.paint(Palette.paintName(random), random));
        }
        Light light = light(x0, x1, z0, z1, height, box);
        List<Opening> openings = openings(x0, x1, z0, z1, height, light.windows());
        double[] skirting =
                random.nextDouble() < 0.7 ? white : Srgb.linearOf(random.nextBoolean() ? 0x8a5a34 : 0x5a3c24);
        double[] ceiling = random.nextDouble() < 0.85 ? Srgb.linearOf(0xe9e8e5) : wallColour;
        var plan = new RoomPlan(
                x0,
                x1,
                z0,
                z1,
                height,
                wall,
                floor,
                ceiling,
                skirting,
                rug,
                openings,
                light.light(),
                random.nextLong());
        return new Decor(plan, wallWord, floorWord, rugWord, light.word(), light.exposure());
    }

    private record Light(RoomLight light, String word, double exposure, boolean windows) {}

    private Light light(double x0, double x1, double z0, double z1, double height, double[] box) {
        double p = random.nextDouble();
        double mx = (box[0] + box[3]) / 2;
        double lx = Math.clamp(mx + uniform(-1.6, 1.6), x0 + 0.25, Math.max(x0 + 0.25, x1 - 0.25));
        double mz = (box[2] + box[5]) / 2;
        double lz = Math.clamp(mz + uniform(0.2, 2.2), z0 + 0.3, Math.max(z0 + 0.3, z1 - 0.25));
        double ly = height - 0.12;
        double radius = uniform(0.2, 0.5);
        // The lamp's falloff is undone at the object, so that small and large rooms are lit alike.
        double d2 = (lx - mx) * (lx - mx) + (ly - box[4] / 2) * (ly - box[4] / 2) + (lz - mz) * (lz - mz);
        double reachFactor = 1 + 0.12 * d2;
        double strength;
        double around;
        double[] tint = {1, 1, 1};
        double[] outdoors = {0.72, 0.86, 1.0};
        double[] sun = {0, 0, 0};
        double[] sunlight = {0, 0, 0};
        String word = "";
        boolean windows = random.nextDouble() < 0.5;
        if (p < 0.3) {
            strength = 0.68;
            around = 0.5;
            word = "bright";
        } else if (p < 0.62) {
            strength = 0.62;
            around = 0.36;
        } else if (p < 0.78) {
            strength = 0.3;
            around = 0.42;
            word = "sunny";
            windows = true;
            double a = uniform(-1, 1);
            double tall = uniform(0.5, 0.9);
            // Through the left or the right wall, mostly.
            double side = random.nextBoolean() ? -1 : 1;
            double length = Math.sqrt(1 + 0.25 * a * a + tall * tall);
            sun = new double[] {side / length, tall / length, 0.5 * a / length};
            sunlight = new double[] {1.25, 1.12, 0.9};
        } else if (p < 0.9) {
            strength = 0.36;
            around = 0.15;
            tint = new double[] {1, 0.82, 0.6};
            outdoors = new double[] {0.05, 0.07, 0.16};
            word = "dim";
        } else {
            strength = 0.6;
            around = 0.3;
            tint = new double[] {1, 0.87, 0.68};
            word = "warmly lit";
        }
        double[] s = new double[3];
        double[] a = new double[3];
        for (int i = 0; i < 3; i++) {
            s[i] = strength * reachFactor * tint[i];
            a[i] = around * (0.5 + 0.5 * tint[i]);
        }
        return new Light(
                new RoomLight(lx, ly, lz, radius, s, a, outdoors, sun, sunlight), word, uniform(0.92, 1.1), windows);
    }

    private List<Opening> openings(double x0, double x1, double z0, double z1, double height, boolean windows) {
        var list = new ArrayList<Opening>();
        double[] white = Srgb.linearOf(0xf2f1ee);
        for (int wall = 0; wall < 4; wall++) {
            boolean alongX = wall == 0 || wall == 3;
            double low = alongX ? x0 : z0;
            double high = alongX ? x1 : z1;
            double length = high - low;
            double at = low + 0.25;
            while (at < high - 0.7) {
                double p = random.nextDouble();
                double width;
                if (windows && p < 0.3) {
                    width = uniform(0.7, Math.min(1.9, Math.max(0.75, length - 0.5)));
                    if (at + width > high - 0.15) {
                        break;
                    }
                    double bottom = uniform(0.8, 1.0);
                    double top = Math.min(height - 0.15, bottom + uniform(0.9, 1.4));
                    double[] curtain = random.nextDouble() < 0.3
                            ? Palette.paint(Palette.paintName(random), random)
                            : new double[0];
                    list.add(new Opening(wall, at, at + width, bottom, top, OpeningKind.WINDOW, white, curtain));
                    at += width + uniform(0.5, 1.5);
                } else if (p < 0.42) {
                    width = uniform(0.4, 0.9);
                    if (at + width > high - 0.15) {
                        break;
                    }
                    double bottom = uniform(1.2, 1.45);
                    double top = Math.min(height - 0.2, bottom + uniform(0.4, 0.8));
                    list.add(new Opening(
                            wall,
                            at,
                            at + width,
                            bottom,
                            top,
                            OpeningKind.PICTURE,
                            Palette.wall(Palette.wallName(random), random),
                            Palette.paint(Palette.paintName(random), random)));
                    at += width + uniform(0.4, 1.5);
                } else if (p < 0.5 && height > 2.2 && list.stream().noneMatch(o -> o.kind() == OpeningKind.DOOR)) {
                    width = 0.95;
                    if (at + width > high - 0.1) {
                        break;
                    }
                    double[] wood = Srgb.linearOf(new int[] {0xefeeea, 0xa5713f, 0x7a4e2c}[random.nextInt(3)]);
                    list.add(new Opening(wall, at, at + width, 0, 2.08, OpeningKind.DOOR, wood, wood));
                    at += width + uniform(0.5, 1.5);
                } else {
                    at += uniform(0.5, 1.3);
                }
            }
        }
        return list;
    }
}

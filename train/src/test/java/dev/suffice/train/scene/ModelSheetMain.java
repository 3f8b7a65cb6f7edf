package dev.suffice.train.scene;

import dev.suffice.train.scene.furniture.FurnitureLibrary;
import dev.suffice.train.scene.trace.*;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** Renders every model of every class (or the models named) from the front, with its paintable materials in magenta on the right. */
final class ModelSheetMain {
    public static void main(String[] args) throws Exception {
        var library = FurnitureLibrary.open(Path.of(args[0]));
        var ids = new ArrayList<ObjectClass.ModelChoice>();
        if (args.length > 2) {
            for (int i = 2; i < args.length; i++) ids.add(new ObjectClass.ModelChoice(args[i], 1, 0, List.of(), ""));
        } else {
            ObjectClasses.all().forEach(c -> ids.addAll(c.models()));
        }
        int size = 96, columns = 14;
        var sheet = new BufferedImage(columns * size, (2 * ids.size() + columns - 1) / columns * (size + 12), BufferedImage.TYPE_INT_RGB);
        var g = sheet.createGraphics();
        g.setFont(g.getFont().deriveFont(9f));
        var renderer = new Renderer();
        for (int i = 0; i < ids.size(); i++) {
            var choice = ids.get(i);
            var model = new Model(library.load(choice.id()));
            for (int k = 0; k < 2; k++) {
                var thing = new Placed(model, 0, 0, 0, Math.toRadians(choice.turn()), choice.scale(), 1);
                if (k == 1) for (String m : choice.paint()) {
                    if (model.material(m) < 0) System.out.println(choice.id() + " has no " + m);
                    else thing.paint(model.material(m), new double[] {0.8, 0, 0.8});
                }
                double[] b = thing.box();
                double r = Math.sqrt(Math.pow(b[3] - b[0], 2) + Math.pow(b[4] - b[1], 2) + Math.pow(b[5] - b[2], 2)) / 2;
                double d = r * 2.4;
                double[] c = {0, (b[1] + b[4]) / 2, 0};
                double az = k == 0 ? 0.45 : -0.7;
                double[] eye = {d * Math.sin(az) * 0.95, c[1] + 0.3 * d, d * Math.cos(az) * 0.95};
                var white = new double[] {0.75, 0.75, 0.78};
                var grey = new double[] {0.35, 0.35, 0.38};
                var plan = new RoomPlan(-3 * d, 3 * d, -3 * d, 3 * d, 5 * d, new RoomPlan.WallFinish(RoomPlan.WallPattern.PAINT, white, white, 1),
                        new RoomPlan.FloorFinish(RoomPlan.FloorPattern.CONCRETE, grey, grey, 1), white, white,
                        new RoomPlan.Rug(0, 0, 0, 0, false, white, white), List.of(),
                        new RoomPlan.RoomLight(d, 3 * d, 2 * d, 0.3 * d, new double[] {0.6 * (1 + 0.12 * 10 * d * d), 0.6 * (1 + 0.12 * 10 * d * d), 0.6 * (1 + 0.12 * 10 * d * d)}, new double[] {0.45, 0.45, 0.45}, white, new double[3], new double[3]), 1);
                var image = renderer.render(new Room(plan, List.of(thing), r * 0.5), PinholeCamera.lookingAt(eye, c, Math.toRadians(48), 1), size, size, 1);
                int cell = 2 * i + k;
                int x0 = cell % columns * size, y0 = cell / columns * (size + 12);
                for (int p = 0; p < size * size; p++) {
                    sheet.setRGB(x0 + p % size, y0 + p / size, (image.rgb()[3 * p] & 255) << 16 | (image.rgb()[3 * p + 1] & 255) << 8 | image.rgb()[3 * p + 2] & 255);
                }
                String name = choice.id().substring(choice.id().indexOf('#') + 1);
                g.drawString(k == 0 ? name : model.bvh().mesh().triangles() + "t", x0 + 2, y0 + size + 9);
            }
        }
        ImageIO.write(sheet, "png", Path.of(args[1]).toFile());
    }
}

package dev.suffice.bench;

import dev.suffice.core.Cancellation;
import dev.suffice.diffusion.ImageRequest;
import dev.suffice.diffusion.ImageSize;
import dev.suffice.diffusion.Ldm3dPipeline;
import dev.suffice.diffusion.RunListener;
import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.image.RgbdImage;
import dev.suffice.models.store.ModelStore;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A sheet of what the bundled model makes, RGB above depth, with the prompts; first seeds, nothing picked. */
@Command(
        name = "samples",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Draws a sheet of 24 samples with their prompts; the first seed of each, nothing picked.")
final class SamplesSheet implements Callable<Integer> {
    private static final List<String> PROMPTS = List.of(
            "a red sofa in a bright living room",
            "a blue sofa in a room with white walls",
            "a green armchair in a room with yellow walls",
            "a christmas tree in a room with red walls",
            "a black grand piano in a room with blue walls",
            "a bookcase in a room with a wooden floor",
            "a bed in a bright bedroom",
            "a white refrigerator in a kitchen",
            "a fireplace in a room with green walls",
            "a cactus in a room with pink walls",
            "a teddy bear on a wooden floor",
            "a wooden crate in a room with grey walls",
            "a yellow chair",
            "a crimson settee", // words that no caption has together
            "a sofa next to a potted plant",
            "a blue car in front of green hills",
            "a bench in front of snowy mountains",
            "a horse outdoors, green hills behind it",
            "desert dunes at sunset",
            "snowy mountains with pine trees",
            "a lake between mountains",
            "a beach by the sea in the evening",
            "green hills under a cloudy sky",
            "a snowy valley with a lake");
    private static final int COLUMNS = 8;
    private static final int GAP = 6;
    private static final int WIDEST = 192;
    private static final int TEXT = 30;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--model", paramLabel = "NAME|DIR", description = "A bundled model or a folder.")
    private String model = "places";

    @Option(names = "--seed", paramLabel = "N", description = "Seed of every image.")
    private long seed = 1;

    @Option(names = "--out", paramLabel = "FILE", description = "The picture to write.")
    private Path out = Path.of("out/samples.png");

    @Override
    public Integer call() throws IOException {
        var store = ModelStore.of(Path.of(System.getProperty("suffice.home", ".")));
        try (var pipeline = Ldm3dPipeline.open(
                store.folder(model), model, store.cache(), Engines.named(Engines.DEFAULT), SessionOptions.defaults())) {
            var made = pipeline.defaultSize(false);
            int width = Math.min(made.width(), WIDEST);
            var size = new ImageSize(width, made.height() * width / made.width());
            var cellWidth = size.width() + GAP;
            var cellHeight = 2 * size.height() + TEXT + GAP;
            var rows = (PROMPTS.size() + COLUMNS - 1) / COLUMNS;
            var sheet = new BufferedImage(COLUMNS * cellWidth, rows * cellHeight, BufferedImage.TYPE_INT_RGB);
            var canvas = sheet.createGraphics();
            canvas.setColor(Color.WHITE);
            canvas.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
            canvas.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            canvas.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 10));
            for (int i = 0; i < PROMPTS.size(); i++) {
                var request = ImageRequest.of(PROMPTS.get(i)).seed(seed).build();
                var image = pipeline.run(request, new Cancellation(), RunListener.silent())
                        .getFirst()
                        .image()
                        .resized(size.width(), size.height());
                draw(canvas, image, PROMPTS.get(i), i % COLUMNS * cellWidth, i / COLUMNS * cellHeight);
            }
            canvas.dispose();
            Files.createDirectories(out.toAbsolutePath().getParent());
            ImageIO.write(sheet, "png", out.toFile());
            spec.commandLine().getOut().println(out);
        }
        return 0;
    }

    /** The prompt in two lines, the picture, and its depth stretched from its own farthest to its own nearest. */
    private static void draw(Graphics2D canvas, RgbdImage image, String prompt, int left, int top) {
        canvas.setColor(Color.BLACK);
        var cut = prompt.length() <= 24 ? prompt.length() : prompt.lastIndexOf(' ', 24);
        canvas.drawString(prompt.substring(0, cut), left + 2, top + 12);
        canvas.drawString(prompt.substring(cut).strip(), left + 2, top + 24);
        var picture = new BufferedImage(image.width(), 2 * image.height(), BufferedImage.TYPE_INT_RGB);
        int least = Integer.MAX_VALUE;
        int most = 0;
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                least = Math.min(least, image.depth(x, y));
                most = Math.max(most, image.depth(x, y));
            }
        }
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                picture.setRGB(x, y, image.rgb(x, y));
                var grey = 255 * (image.depth(x, y) - least) / Math.max(1, most - least);
                picture.setRGB(x, image.height() + y, grey << 16 | grey << 8 | grey);
            }
        }
        canvas.drawImage(picture, left, top + TEXT, null);
    }
}

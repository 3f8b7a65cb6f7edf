package dev.suffice.bench.peers;

import dev.suffice.bench.Interval;
import dev.suffice.diffusion.noise.TorchNoise;
import dev.suffice.image.DepthScale;
import dev.suffice.image.RgbdImage;
import dev.suffice.image.Similarity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Images of prompts from the same noise: seconds for each, and how like they are. */
final class ImageJob implements Job {
    /** Our pipeline with its usual engine, at the steps of all others: what everyone is compared with. */
    static final String OURS = "suffice, --engine auto";

    static final String FAST = "suffice, --steps auto --policy auto";
    static final String SMALL = "suffice, int8";
    static final String SMALL_FAST = "suffice, int8, --steps auto --policy auto";

    /** What does not compute in single precision is shown, and not aimed at. */
    static final String DEFAULT = "as it comes";

    private static final int WARM_UPS = 2;

    private final Model model;
    private final Turns.Table table;
    private final List<Contender> contenders;
    private final Path picture;
    private final Map<String, byte[]> pictures = new HashMap<>();

    /**
     * A model and what is made with it.
     *
     * @param name of the table
     * @param title of the table
     * @param size width and height
     * @param channels of its latents
     * @param latents width and height of these
     */
    record Model(
            String name,
            String title,
            int size,
            int channels,
            int latents,
            int steps,
            double guidance,
            double rescale) {}

    ImageJob(Model model, List<String> prompts, Turns.Memory memory, List<Contender> contenders, Path work)
            throws IOException {
        this.model = model;
        this.contenders = contenders;
        this.picture = work.resolve("picture.rgb");
        var items = new ArrayList<Item>();
        for (int i = 0; i < prompts.size(); i++) {
            items.add(item(prompts.get(i), i, work));
        }
        this.table = new Turns.Table(
                model.name(),
                items,
                item("a red sofa in a bright living room", -1, work),
                WARM_UPS,
                memory,
                this::read);
    }

    private Item item(String prompt, int number, Path work) throws IOException {
        int seed = 1000 + number;
        var noise = new float[model.channels() * model.latents() * model.latents()];
        new TorchNoise(seed).fill(noise);
        var bytes = ByteBuffer.allocate(noise.length * Float.BYTES).order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(noise);
        var file = work.resolve("latents-%s-%d.bin".formatted(model.name(), number));
        Files.write(file, bytes.array());
        var task = JsonMapper.shared()
                .createObjectNode()
                .put("prompt", prompt)
                .put("seed", seed)
                .put("steps", model.steps())
                .put("guidance", model.guidance())
                .put("rescale", model.rescale())
                .put("width", model.size())
                .put("height", model.size())
                .put("latents", file.toString())
                .put("picture", picture.toString());
        task.putArray("latents_shape")
                .add(1)
                .add(model.channels())
                .add(model.latents())
                .add(model.latents());
        return new Item("prompt %d".formatted(number + 1), task);
    }

    @Override
    public Turns.Table table() {
        return table;
    }

    @Override
    public List<Contender> contenders() {
        return contenders;
    }

    private Measurement read(Contender contender, Item item, int round, JsonNode answer) {
        try {
            var bytes = Files.readAllBytes(picture);
            Files.delete(picture);
            if (bytes.length != 3 * model.size() * model.size()) {
                throw new PeerFailure("%s: made a picture of %d bytes instead of %d"
                        .formatted(contender.name(), bytes.length, 3 * model.size() * model.size()));
            }
            pictures.put(contender.name() + item.id(), bytes);
        } catch (IOException e) {
            throw new PeerFailure("%s: made no picture: %s".formatted(contender.name(), e.getMessage()), e);
        }
        return new Measurement(
                model.name(),
                contender.name(),
                item.id(),
                round,
                AnswerFields.seconds(contender, answer, "seconds"),
                1,
                0,
                answer.path("inside_seconds").doubleValue(0),
                "");
    }

    /** The similarity of each picture to ours, and the largest difference of a byte. */
    @Override
    public List<Measurement> complete(List<Measurement> round) {
        return round.stream().map(this::compared).toList();
    }

    private Measurement compared(Measurement one) {
        var ours = pictures.get(OURS + one.item());
        var theirs = pictures.get(one.contender() + one.item());
        if (ours == null || theirs == null) {
            return one;
        }
        int most = 0;
        for (int i = 0; i < ours.length; i++) {
            most = Math.max(most, Math.abs((ours[i] & 0xff) - (theirs[i] & 0xff)));
        }
        double similarity = Similarity.of(picture(ours), picture(theirs)).rgb();
        return new Measurement(
                one.table(),
                one.contender(),
                one.item(),
                one.round(),
                one.seconds(),
                one.work(),
                one.first(),
                one.inside(),
                String.format(Locale.ROOT, "%.4f %d", similarity, most));
    }

    private RgbdImage picture(byte[] rgb) {
        int size = model.size();
        return new RgbdImage(size, size, rgb, new short[size * size], new DepthScale.Relative());
    }

    @Override
    public String show(Comparison measured) {
        var text = new StringBuilder(
                "### %s%n%n| | seconds an image | ours, times as fast | SSIM with ours, mean | largest difference of 255 |%n|---|---|---|---|---|%n"
                        .formatted(model.title()));
        for (var name : measured.contenders()) {
            var same = measured.of(name).stream()
                    .map(Measurement::output)
                    .filter(output -> !output.isEmpty())
                    .map(output -> output.split(" "))
                    .toList();
            text.append("| %s | %s | %s | %s | %s |%n"
                    .formatted(
                            name,
                            Text.seconds(measured.seconds(name, Measurement::seconds)),
                            Text.interval(measured.faster(OURS, name, Measurement::seconds)),
                            same.isEmpty()
                                    ? ""
                                    : String.format(
                                            Locale.ROOT,
                                            "%.4f",
                                            same.stream()
                                                    .mapToDouble(pair -> Double.parseDouble(pair[0]))
                                                    .average()
                                                    .orElse(0)),
                            same.isEmpty()
                                    ? ""
                                    : Integer.toString(same.stream()
                                            .mapToInt(pair -> Integer.parseInt(pair[1]))
                                            .max()
                                            .orElse(0))));
        }
        measured.outside(OURS)
                .ifPresent(share -> text.append(String.format(
                        Locale.ROOT,
                        "%nOutside of the engine's calls: %.2f%% of an image's time, median (%.2f to %.2f).%n",
                        100 * share.median(),
                        100 * share.minimum(),
                        100 * share.maximum())));
        return text.toString();
    }

    @Override
    public List<Target> targets(Comparison measured) {
        var targets = new ArrayList<Target>();
        var peers = contenders.stream()
                .filter(one -> !one.ours() && !one.name().contains(DEFAULT))
                .map(Contender::name)
                .toList();
        measured.best(peers, Measurement::seconds)
                .ifPresent(best -> measured.faster(OURS, best, Measurement::seconds)
                        .ifPresent(ratio -> targets.add(new Target(
                                "%s: times as fast as the best peer at equal steps, %s".formatted(model.name(), best),
                                1,
                                false,
                                ratio))));
        measured.outside(OURS)
                .ifPresent(share -> targets.add(new Target(
                        "%s: share of the time outside of the engine's calls".formatted(model.name()),
                        0.02,
                        true,
                        new Interval(share.median(), share.minimum(), share.maximum()))));
        for (var fast : List.of(FAST, SMALL_FAST)) {
            measured.faster(fast, OURS, Measurement::seconds)
                    .ifPresent(ratio -> targets.add(new Target(
                            "%s: %s, times as fast as its %d steps in fp32"
                                    .formatted(model.name(), fast, model.steps()),
                            4,
                            false,
                            ratio)));
        }
        return targets;
    }

    @Override
    public Map<String, Double> bars(Comparison measured) {
        return measured.timesAsLong(OURS);
    }
}

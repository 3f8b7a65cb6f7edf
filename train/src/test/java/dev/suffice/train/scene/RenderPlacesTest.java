package dev.suffice.train.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.train.scene.furniture.FurnitureLibrary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenderPlacesTest {
    @TempDir
    static Path assets;

    @TempDir
    Path output;

    @BeforeAll
    static void makeLibrary() throws IOException {
        ToyLibrary.write(assets);
    }

    private RenderOptions options(Path folder, int shards, int threads) {
        return new RenderOptions(assets, folder, 3, shards, 11, threads, 16);
    }

    @Test
    void resumesAndDependsOnNothingButTheSeed() throws Exception {
        Path first = output.resolve("first");
        var events = new ArrayList<String>();
        RenderListener listener =
                (shard, rendered, done, total) -> events.add(shard + " " + rendered + " " + done + "/" + total);
        RenderPlaces.run(options(first, 1, 1), 24, listener);
        byte[] records = Files.readAllBytes(first.resolve("shard-00003.bin"));
        // A shard whose lines are missing was cut short: it is rendered again, with two threads and to the same bytes.
        String lines = Files.readString(first.resolve("shard-00003.jsonl"));
        Files.delete(first.resolve("shard-00003.jsonl"));
        Files.write(first.resolve("shard-00003.bin"), new byte[5]);
        RenderPlaces.run(options(first, 1, 2), 24, listener);
        assertThat(Files.readAllBytes(first.resolve("shard-00003.bin"))).isEqualTo(records);
        assertThat(Files.readString(first.resolve("shard-00003.jsonl"))).isEqualTo(lines);
        // A complete one is left alone.
        Files.write(first.resolve("shard-00003.bin"), new byte[5]);
        RenderPlaces.run(options(first, 1, 1), 24, listener);
        assertThat(first.resolve("shard-00003.bin")).hasSize(5);
        assertThat(events).containsExactly("3 true 1/1", "3 true 1/1", "3 false 1/1");
        try (Stream<Path> files = Files.list(first)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("shard-00003.bin", "shard-00003.jsonl");
        }
    }

    @Test
    void writesRecordsThatReadBack() throws Exception {
        var painter = new ScenePainter(new ModelShelf(FurnitureLibrary.open(assets)), 16);
        var scenes = new ArrayList<SceneTuple>();
        for (int seed = 0; seed < 40; seed++) {
            scenes.add(painter.paint(seed));
        }
        assertThat(scenes)
                .anyMatch(s -> s.facts().panorama())
                .anyMatch(s -> !s.facts().panorama());
        var shard = new SceneShard(output, 900);
        assertThat(shard.complete()).isFalse();
        shard.write(scenes);
        assertThat(shard.complete()).isTrue();
        ByteBuffer records = ByteBuffer.wrap(Files.readAllBytes(output.resolve("shard-00900.bin")))
                .order(ByteOrder.LITTLE_ENDIAN);
        List<String> lines = Files.readAllLines(output.resolve("shard-00900.jsonl"), StandardCharsets.UTF_8);
        assertThat(lines).hasSize(40);
        for (int i = 0; i < 40; i++) {
            SceneTuple scene = scenes.get(i);
            String line = lines.get(i);
            int w = (int) number(line, "width");
            int h = (int) number(line, "height");
            assertThat(h).isEqualTo(16);
            assertThat(w).isEqualTo(scene.facts().panorama() ? 32 : 16);
            assertThat((long) records.position()).isEqualTo(number(line, "offset"));
            var rgb = new byte[3 * w * h];
            records.get(rgb);
            assertThat(rgb).isEqualTo(scene.image().rgb());
            for (float depth : scene.image().depth()) {
                assertThat(records.getFloat()).isEqualTo(depth).isPositive().isLessThanOrEqualTo(1000);
            }
            var mask = new byte[w * h];
            records.get(mask);
            assertThat(mask).isEqualTo(scene.image().mask());
            int things = scene.facts().things().size();
            for (byte m : mask) {
                assertThat((int) m).isBetween(0, things);
            }
            assertThat(line).contains("\"kind\":\"" + scene.facts().kind().label() + "\"");
            assertThat(line).contains("\"captions\":[\"" + String.join("\",\"", scene.captions()) + "\"]");
            assertThat(line)
                    .contains("\"mirrorable\":" + scene.mirrorable())
                    .contains("\"panorama\":" + scene.facts().panorama());
            assertThat(number(line, "seed")).isEqualTo(i);
            for (SceneFacts.Thing thing : scene.facts().things()) {
                assertThat(line)
                        .contains("{\"class\":\"" + thing.type().name() + "\",\"colour\":\"" + thing.colour() + "\"");
            }
        }
        assertThat(records.hasRemaining()).isFalse();
    }

    private static long number(String line, String key) {
        Matcher matcher = Pattern.compile("\"" + key + "\":(\\d+)").matcher(line);
        assertThat(matcher.find()).as(key + " in " + line).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void mirrorsOnlyCaptionsWithoutSides() {
        var painter = new ScenePainter(new ModelShelf(openAssets()), 16);
        int sided = 0;
        for (int seed = 0; seed < 150; seed++) {
            SceneTuple scene = painter.paint(seed);
            boolean named = scene.captions().stream().anyMatch(c -> c.contains("left of") || c.contains("right of"));
            assertThat(scene.mirrorable()).isEqualTo(!named);
            sided += named ? 1 : 0;
        }
        assertThat(sided).isPositive();
    }

    private static FurnitureLibrary openAssets() {
        try {
            return FurnitureLibrary.open(assets);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void leavesNothingBehindWhenAFolderCannotBeWritten() throws IOException {
        Path file = Files.createFile(output.resolve("file"));
        assertThatThrownBy(() -> RenderPlaces.run(options(file, 1, 1), (a, b, c, d) -> {}))
                .isInstanceOf(IOException.class);
        var shard = new SceneShard(output, 1);
        Iterable<SceneTuple> failing = () -> {
            throw new IllegalStateException("no scenes");
        };
        assertThatThrownBy(() -> shard.write(failing)).hasMessage("no scenes");
        try (Stream<Path> files = Files.list(output)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void refusesOptionsThatMakeNoSense() {
        assertThatThrownBy(() -> new RenderOptions(assets, output, -1, 1, 1, 1, 128))
                .hasMessage("first shard -1: must be 0 to 99999");
        assertThatThrownBy(() -> new RenderOptions(assets, output, 0, 0, 1, 1, 128))
                .hasMessage("number of shards 0: must be at least 1 and end before shard 100000");
        assertThatThrownBy(() -> new RenderOptions(assets, output, 0, 1, 1, 0, 128))
                .hasMessage("threads 0: must be at least 1");
        assertThatThrownBy(() -> new RenderOptions(assets, output, 0, 1, 1, 1, 100))
                .hasMessage("picture size 100: must be a multiple of 8 from 16 to 1024");
    }

    @Test
    void creditsEveryModel() {
        String table = ModelCredits.markdown(openAssets());
        assertThat(table).startsWith("| model | shown as | creator | licence |\n|---|---|---|---|\n");
        for (ObjectClass type : ObjectClasses.all()) {
            type.models().forEach(m -> assertThat(table).contains("| " + m.id() + " | " + type.name() + " | "));
        }
        LandscapeSampler.scenery().forEach(id -> assertThat(table).contains("| " + id + " | scenery | "));
    }

    @Test
    void coloursAreCalledWhatTheyAreCalled() {
        var random = new java.util.SplittableRandom(1);
        int right = 0;
        for (int i = 0; i < 500; i++) {
            String name = Palette.paintName(random);
            double[] c = Palette.paint(name, random);
            right += Palette.nameOf(c[0], c[1], c[2]).equals(name) ? 1 : 0;
        }
        assertThat(right).isGreaterThan(450);
        assertThatThrownBy(() -> Palette.paint("plaid", random))
                .hasMessageStartingWith("colour \"plaid\": not among [beige, black, ");
    }

    @Test
    void landscapeTypesCoverEveryTerrain() {
        var painter = new ScenePainter(new ModelShelf(openAssets()), 16);
        int met = 0;
        for (int seed = 0; seed < 150; seed++) {
            if (painter.paint(seed).facts().surroundings() instanceof SceneFacts.Outdoors out) {
                assertThat(LandscapeType.of(out.land().getFirst()))
                        .as(out.land().getFirst())
                        .isPresent();
                met++;
            }
        }
        assertThat(met).isGreaterThan(30);
    }
}

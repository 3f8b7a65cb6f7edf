import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.DecodedText;
import dev.suffice.language.LanguageModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Times passes of the same model from several folders and engines, by turns: of one token, of five of which all stay, of five of which four are taken back, behind texts of two lengths.
 *
 * <p>{@code java -cp "APP/*" ExportedDecodeTimes.java ENGINE:FOLDER...}
 */
final class ExportedDecodeTimes {
    private static final int ROUNDS = 5;
    private static final int PASSES = 12;
    private static final int[] LENGTHS = {64, 1000};

    public static void main(String[] arguments) throws Exception {
        var models = new LinkedHashMap<String, LanguageModel>();
        for (var argument : arguments) {
            var parts = argument.split(":", 2);
            models.put(
                    argument,
                    LanguageModel.open(
                            Path.of(parts[1]),
                            argument,
                            Files.createTempDirectory("cache"),
                            OptionalInt.of(2048),
                            Engines.named(parts[0]),
                            SessionOptions.defaults().withThreads(2)));
        }
        for (int length : LENGTHS) {
            var times = new LinkedHashMap<String, Map<String, List<Double>>>();
            for (int round = 0; round < ROUNDS; round++) {
                for (var model : models.entrySet()) {
                    measure(model.getValue(), length, times.computeIfAbsent(model.getKey(), _ -> new LinkedHashMap<>()), round > 0);
                }
            }
            times.forEach((name, kinds) -> kinds.forEach((kind, all) -> {
                var sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
                System.out.printf(
                        "%s, %d tokens before, %s: %.1f ms (%.1f to %.1f)%n",
                        name, length, kind, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
            }));
        }
        models.values().forEach(LanguageModel::close);
    }

    private static void measure(LanguageModel model, int length, Map<String, List<Double>> times, boolean counted) {
        var tokens = new int[length];
        Arrays.setAll(tokens, i -> 100 + i * 37 % 3000);
        try (var text = model.session().text()) {
            text.read(tokens, 1);
            for (var kind : List.of("one", "five", "five, four back")) {
                int many = kind.equals("one") ? 1 : 5;
                int kept = kind.endsWith("back") ? 1 : many;
                double millis = passes(text, length, many, kept);
                if (counted) {
                    times.computeIfAbsent(kind, _ -> new ArrayList<>()).add(millis);
                }
            }
        }
    }

    private static double passes(DecodedText text, int length, int many, int kept) {
        text.cut(length);
        var tokens = new int[many];
        Arrays.fill(tokens, 200);
        long started = 0;
        for (int pass = -1; pass < PASSES; pass++) {
            if (pass == 0) {
                started = System.nanoTime();
            }
            int before = text.length();
            text.read(tokens, many);
            text.cut(before + kept);
        }
        return (System.nanoTime() - started) / 1e6 / PASSES;
    }
}

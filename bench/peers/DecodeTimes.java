import dev.suffice.engine.Engines;
import dev.suffice.engine.SessionOptions;
import dev.suffice.language.LanguageModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Plain decoding, timed on request, for compare_generation.py: reads lines from stdin and answers each with one.
 *
 * <p>java -cp 'cli/target/*:cli/target/app/*' bench/peers/DecodeTimes.java MODEL.gguf CACHE THREADS
 *
 * <ul>
 *   <li>{@code decode N ID ID ...}: reads the prompt, then writes N tokens one by one; answers with seconds of the prompt, seconds of the N - 1 tokens after the first, and the tokens
 *   <li>{@code score ID ID ...}: answers with the sum of the natural logarithms of the probabilities of all tokens but the first, and how many they are
 * </ul>
 */
public final class DecodeTimes {
    public static void main(String[] arguments) throws IOException {
        try (var model = LanguageModel.open(
                        Path.of(arguments[0]),
                        "model",
                        Path.of(arguments[1]),
                        OptionalInt.of(2048),
                        Engines.named("onnxruntime"),
                        SessionOptions.defaults().withThreads(Integer.parseInt(arguments[2])));
                var lines = new BufferedReader(new InputStreamReader(System.in))) {
            System.out.println("ready");
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var words = line.strip().split(" ");
                var numbers = Arrays.stream(words, 1, words.length)
                        .mapToInt(Integer::parseInt)
                        .toArray();
                System.out.println(
                        words[0].equals("decode")
                                ? decode(model, numbers[0], Arrays.copyOfRange(numbers, 1, numbers.length))
                                : score(model, numbers));
                System.out.flush();
            }
        }
    }

    private static String decode(LanguageModel model, int count, int[] prompt) {
        try (var text = model.session().text()) {
            long started = System.nanoTime();
            var tokens = new int[count];
            tokens[0] = best(text.read(prompt, 1)[0]);
            long read = System.nanoTime();
            for (int i = 1; i < count; i++) {
                tokens[i] = best(text.read(new int[] {tokens[i - 1]}, 1)[0]);
            }
            long written = System.nanoTime();
            var all = new StringBuilder("%.6f %.6f".formatted((read - started) / 1e9, (written - read) / 1e9));
            Arrays.stream(tokens).forEach(token -> all.append(' ').append(token));
            return all.toString();
        }
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    private static String score(LanguageModel model, int[] ids) {
        double sum = 0;
        try (var text = model.session().text()) {
            for (int from = 0; from < ids.length; from += 128) {
                int to = Math.min(ids.length, from + 128);
                var rows = text.read(Arrays.copyOfRange(ids, from, to), to - from);
                for (int i = from; i < to && i + 1 < ids.length; i++) {
                    var row = rows[i - from];
                    double most = Double.NEGATIVE_INFINITY;
                    for (var value : row) {
                        most = Math.max(most, value);
                    }
                    double all = 0;
                    for (var value : row) {
                        all += Math.exp(value - most);
                    }
                    sum += row[ids[i + 1]] - most - Math.log(all);
                }
            }
        }
        return "%.6f %d".formatted(sum, ids.length - 1);
    }
}

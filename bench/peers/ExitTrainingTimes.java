import com.sun.management.OperatingSystemMXBean;
import dev.suffice.train.exits.ExitBase;
import dev.suffice.train.exits.ExitData;
import dev.suffice.train.exits.ExitExample;
import dev.suffice.train.exits.ExitTask;
import dev.suffice.train.exits.ExitTraining;
import dev.suffice.train.exits.ExitTrainingOptions;
import dev.suffice.train.exits.Tuning;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The time of a step of training with exits, for compare_exit_training.py.
 *
 * <p>java -cp 'cli-train/target/*:cli-train/target/app/*' bench/peers/ExitTrainingTimes.java FOLDER FIRST LAST [--full]
 */
public final class ExitTrainingTimes {
    public static void main(String[] arguments) throws IOException {
        var folder = Path.of(arguments[0]);
        long first = Long.parseLong(arguments[1]);
        long last = Long.parseLong(arguments[2]);
        Tuning tuning = List.of(arguments).contains("--full") ? new Tuning.Full() : Tuning.Lora.DEFAULT;
        var examples = Files.readAllLines(folder.resolve("examples.txt")).stream()
                .map(line -> Arrays.stream(line.split(" "))
                        .mapToInt(Integer::parseInt)
                        .toArray())
                .map(row -> ExitExample.of(Arrays.copyOfRange(row, 1, row.length), row[0]))
                .toList();
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var started = new long[2];
        var run = Files.createTempDirectory("exit-training");
        try {
            ExitTraining.run(
                    new ExitBase(folder, "random"),
                    new ExitData(ExitTask.SINGLE_LABEL, List.of("a", "b"), examples, List.of()),
                    ExitTrainingOptions.of(run, run.resolveSibling(run.getFileName() + "-out"), tuning),
                    ExitTraining.MoreFiles.NONE,
                    progress -> {
                        if (progress.step() == first) {
                            started[0] = System.nanoTime();
                            started[1] = system.getProcessCpuTime();
                        } else if (progress.step() == last) {
                            double steps = 1e9 * (last - first);
                            System.out.printf(
                                    Locale.ROOT,
                                    "{\"elapsed\": %.4f, \"processor\": %.4f}%n",
                                    (System.nanoTime() - started[0]) / steps,
                                    (system.getProcessCpuTime() - started[1]) / steps);
                            Thread.currentThread().interrupt();
                        }
                    });
        } catch (InterruptedException e) {
            for (var file : Files.list(run).toList()) {
                Files.delete(file);
            }
            Files.delete(run);
        }
    }
}

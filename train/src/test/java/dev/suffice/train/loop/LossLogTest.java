package dev.suffice.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LossLogTest {
    @TempDir
    private Path folder;

    @Test
    void appendsForgetsAndPlots() throws IOException {
        Path csv = folder.resolve("loss.csv");
        var log = new LossLog(csv);
        log.append(10, Map.of("train", 0.5));
        log.append(20, Map.of("train", 0.25));
        log.append(30, Map.of("train", 0.125));
        assertThat(Files.readAllLines(csv))
                .containsExactly("step,series,value", "10,train,0.500000", "20,train,0.250000", "30,train,0.125000");
        log.truncate(20);
        assertThat(Files.readAllLines(csv)).hasSize(3).last().isEqualTo("20,train,0.250000");
        log.plot("loss", List.of("train"));
        assertThat(ImageIO.read(folder.resolve("loss.png").toFile()).getWidth()).isEqualTo(900);
    }
}

package dev.suffice.classify.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was trained on is recognised, from memory and from the file. */
class OverlapTest {
    @TempDir
    private Path folder;

    private static LabelledTexts texts(Labelled... contents) {
        var rows = new ArrayList<Row>();
        for (var content : contents) {
            rows.add(new Row(rows.size() + 2, content));
        }
        return new LabelledTexts("dev.tsv", rows);
    }

    private static Labelled text(String text) {
        return new LabelledText(text, "1");
    }

    @Test
    void textsAreTheSameButForCaseAndWhiteSpace() {
        assertThat(TextHash.normalised(" \t A\u00a0\u2003 b\r\nÄ ")).isEqualTo("a b ä");
        // The first 8 bytes of: printf 'a b' | sha256sum
        assertThat(TextHash.of(text("A  b "))).isEqualTo(0xc8687a08aa5d6ed2L);
        assertThat(TextHash.of(new LabelledTokens(List.of("A", "b"), List.of("1", "2"))))
                .isEqualTo(TextHash.of(text("a b")));
        assertThat(TextHash.of(new LabelledPair("a", "b", "1"))).isNotEqualTo(TextHash.of(text("a b")));
        assertThat(TextHash.of(new LabelledPair("a", "b", "1")))
                .isEqualTo(TextHash.of(new LabelledPair("A", " b", "2")))
                .isNotEqualTo(TextHash.of(new LabelledPair("b", "a", "1")));
    }

    @Test
    void overlapIsCountedWithAnExample() {
        var training = KnownTexts.of(texts(text("Very  Good"), text("bad"), text("bad ")));
        assertThat(training.size()).isEqualTo(2);
        var overlap = Overlap.of(training, texts(text("new"), text("very good"), text("BAD"), text("bad")));
        assertThat(overlap.known()).extracting(Row::line).containsExactly(3, 4, 5);
        assertThat(overlap.isEmpty()).isFalse();
        assertThat(overlap.text()).isEqualTo("dev.tsv: 3 of 4 texts were trained on, such as line 3: \"very good\"");
        var none = Overlap.of(training, texts(text("new")));
        assertThat(none.isEmpty()).isTrue();
        assertThat(none.text()).isEqualTo("dev.tsv: none of 1 texts was trained on");
        var tall = text("😀".repeat(100));
        assertThat(Overlap.of(KnownTexts.of(texts(tall)), texts(tall)).text())
                .endsWith("\"" + "😀".repeat(60) + "...\"");
    }

    @Test
    void theFileKnowsWhatWasWritten() throws IOException {
        var all = IntStream.range(0, 1000).mapToObj(i -> text("text " + i)).toArray(Labelled[]::new);
        var file = folder.resolve("model").resolve(KnownTexts.FILE);
        KnownTexts.of(texts(all)).write(file);
        assertThat(Files.size(file)).isEqualTo(8 + 8 * 1000);
        assertThat(Files.readAllBytes(file)).startsWith("SUFTEXT1".getBytes(StandardCharsets.US_ASCII));
        assertThat(folder.resolve("model").toFile().list()).containsExactly("training-texts.bin");
        var read = KnownTexts.read(file);
        assertThat(read.size()).isEqualTo(1000);
        for (var one : all) {
            assertThat(read.contains(one)).isTrue();
        }
        assertThat(IntStream.range(1000, 2000).filter(i -> read.contains(text("text " + i))))
                .isEmpty();
    }

    @Test
    void damagedFilesAreRefused() throws IOException {
        var file = folder.resolve(KnownTexts.FILE);
        assertThatThrownBy(() -> KnownTexts.read(file))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(file + ": no such file; train the classifier again");
        KnownTexts.of(texts(text("a"), text("b"), text("c"))).write(file);
        var bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 3));
        assertThatThrownBy(() -> KnownTexts.read(file))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(file + ": no list of known texts: 29 bytes; must be a multiple of 8, up to 1073741824");
        Files.write(file, new byte[0]);
        assertThatThrownBy(() -> KnownTexts.read(file)).hasMessageContaining("0 bytes; must be a multiple of 8");
        var other = bytes.clone();
        other[7] = '2';
        Files.write(file, other);
        assertThatThrownBy(() -> KnownTexts.read(file))
                .hasMessage(file + ": no list of known texts: does not begin with SUFTEXT1");
        var same = bytes.clone();
        System.arraycopy(bytes, 8, same, 16, 8);
        Files.write(file, same);
        assertThatThrownBy(() -> KnownTexts.read(file))
                .hasMessage(file + ": no list of known texts: entry 1 does not rise");
        Files.write(file, Arrays.copyOf(bytes, 8));
        assertThat(KnownTexts.read(file).size()).isZero();
        try (var large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength((1L << 30) + 8);
        }
        assertThatThrownBy(() -> KnownTexts.read(file)).hasMessageContaining("1073741832 bytes; must be");
    }
}

package dev.suffice.models.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TarReaderTest {
    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();

    @Test
    void readsNamesOfEveryKind() throws IOException {
        entry('5', "folder/", "");
        entry('0', "folder/short", "one");
        entry('L', "././@LongLink", "folder/" + "l".repeat(120));
        entry('0', "folder/cut", "two");
        entry('x', "pax", "19 mtime=1234567.5\n18 path=folder/pax\n");
        entry('0', "folder/cut", "three");
        entry('2', "link", "");
        entry('0', "last", "x".repeat(512));
        archive.writeBytes(new byte[1024]);
        var tar = new TarReader(new ByteArrayInputStream(archive.toByteArray()));
        assertThat(tar.next()).contains(new TarReader.Entry("folder/short", 3));
        assertThat(tar.content()).hasContent("one");
        assertThat(tar.next()).contains(new TarReader.Entry("folder/" + "l".repeat(120), 3));
        assertThat(tar.next()).contains(new TarReader.Entry("folder/pax", 5));
        assertThat(tar.content().readNBytes(2)).asString().isEqualTo("th");
        assertThat(tar.next()).contains(new TarReader.Entry("last", 512));
        assertThat(tar.next()).isEmpty();
    }

    @Test
    void refusesWhatIsDamaged() {
        entry('0', "a", "one");
        var bytes = archive.toByteArray();
        bytes[124] = 'x';
        assertThatThrownBy(() -> new TarReader(new ByteArrayInputStream(bytes)).next())
                .hasMessage("tar entry with a size that is no number; damaged");
        bytes[124] = (byte) 0xff;
        assertThatThrownBy(() -> new TarReader(new ByteArrayInputStream(bytes)).next())
                .hasMessage("tar entry with a size that cannot be");
    }

    private void entry(char type, String name, String content) {
        var header = new byte[512];
        put(header, 0, name);
        put(header, 124, "%011o".formatted(content.length()));
        header[156] = (byte) type;
        put(header, 257, "ustar");
        archive.writeBytes(header);
        archive.writeBytes(content.getBytes(StandardCharsets.UTF_8));
        archive.writeBytes(new byte[(512 - content.length() % 512) % 512]);
    }

    private static void put(byte[] header, int at, String text) {
        System.arraycopy(text.getBytes(StandardCharsets.UTF_8), 0, header, at, text.length());
    }
}

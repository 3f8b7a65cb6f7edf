package dev.suffice.models.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {
    @TempDir
    Path folder;

    @Test
    void findsBundledModelsByNameAndOthersByPath() throws IOException {
        var store = new ModelStore(folder.resolve("bundled"), folder.resolve("cache"));
        assertThat(store.names()).isEmpty();
        var places = Files.createDirectories(folder.resolve("bundled/places"));
        var mine = Files.createDirectories(folder.resolve("mine"));
        assertThat(store.names()).containsExactly("places");
        assertThat(store.folder("places")).isEqualTo(places);
        assertThat(store.folder(mine.toString())).isEqualTo(mine);
    }

    @Test
    void namesWhatThereIs() throws IOException {
        var store = new ModelStore(folder.resolve("bundled"), folder.resolve("cache"));
        assertThatThrownBy(() -> store.folder("plces"))
                .hasMessage("model plces: no such folder, and no bundled model of that name; bundled: none");
        Files.createDirectories(folder.resolve("bundled/places"));
        assertThatThrownBy(() -> store.folder("plces\0"))
                .hasMessage("model plces\0: no such folder, and no bundled model of that name; bundled: places");
    }
}

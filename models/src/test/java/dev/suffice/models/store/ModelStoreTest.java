package dev.suffice.models.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.Cancellation;
import dev.suffice.core.InvalidRequestException;
import dev.suffice.models.store.LocalModel.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {
    private static final String FIRST = "a".repeat(40);
    private static final String SECOND = "b".repeat(40);

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
        // Tests run in a folder that has a folder src.
        assertThat(store.find("src").source()).isEqualTo(Source.PATH);
        Files.createDirectories(folder.resolve("bundled/src"));
        assertThat(store.find("src").source()).isEqualTo(Source.BUNDLED);
        assertThat(store.find("./src").source()).isEqualTo(Source.PATH);
    }

    @Test
    void namesWhatThereIs() throws IOException {
        var store = new ModelStore(folder.resolve("bundled"), folder.resolve("cache"));
        var rest = "; short names: smollm2; a hub's models: owner/name, after ./suffice models pull owner/name";
        assertThatThrownBy(() -> store.folder("plces"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("model plces: no such folder, and no bundled model of that name; bundled: none" + rest);
        Files.createDirectories(folder.resolve("bundled/places"));
        assertThatThrownBy(() -> store.folder("plces\0"))
                .hasMessage("model plces\0: no such folder, and no bundled model of that name; bundled: places" + rest);
    }

    @Test
    void findsFilesAndFurtherFolders() throws IOException {
        var shelf = folder.resolve("shelf");
        Files.createDirectories(shelf.resolve("tiny"));
        var gguf = Files.writeString(shelf.resolve("small.gguf"), "GGUF");
        Files.writeString(shelf.resolve("notes.txt"), "no model");
        var store = store(List.of(shelf));
        assertThat(store.find("tiny")).isEqualTo(new LocalModel("tiny", Source.FOLDER, shelf.resolve("tiny"), ""));
        assertThat(store.find("small").path()).isEqualTo(gguf);
        assertThat(store.find(gguf.toString()).source()).isEqualTo(Source.PATH);
        assertThat(store.models()).extracting(LocalModel::name).containsExactly("small.gguf", "tiny");
        assertThatThrownBy(() -> store.folder("small"))
                .hasMessage("model small: is a GGUF file (%s): a model folder is needed here", gguf);
        assertThatThrownBy(() -> store.find("../shelf/tiny")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> store.find(shelf.resolve("notes.txt").toString()))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void findsWhatWasPulledFromAHub() throws IOException {
        var store = store(List.of());
        var name = HubName.of("acme/tiny");
        assertThatThrownBy(() -> store.find("acme/tiny"))
                .hasMessage(
                        "model acme/tiny: no such folder, and not in the cache (%s); fetch it with ./suffice models pull acme/tiny",
                        store.hub().folder());
        pulled(store, name, FIRST, "config.json");
        assertThat(store.find("acme/tiny"))
                .isEqualTo(new LocalModel("acme/tiny", Source.HUB, store.hub().snapshot(name, FIRST), FIRST));
        assertThatThrownBy(() -> store.find("acme/tiny@v2"))
                .hasMessage(
                        "model acme/tiny@v2: no such folder, and not in the cache with that revision or file, but at main (%s); fetch it with ./suffice models pull acme/tiny --revision v2",
                        store.hub().folder());
        pulled(store, name.withRevision("release/v2"), SECOND, "config.json");
        assertThat(store.folder("acme/tiny@release/v2")).isEqualTo(store.folder("acme/tiny@bbbbbbb"));
        assertThat(store.folder("acme/tiny")).isNotEqualTo(store.folder("acme/tiny@release/v2"));
        assertThat(store.models()).extracting(LocalModel::name).containsExactly("acme/tiny", "acme/tiny@bbbbbbbbbbbb");
    }

    @Test
    void ofSeveralGgufFilesOneIsNamed() throws IOException {
        var store = store(List.of());
        var name = HubName.of("acme/tiny-gguf");
        pulled(store, name, FIRST, "a.Q4.gguf");
        var folder = store.hub().snapshot(name, FIRST);
        assertThat(store.find("acme/tiny-gguf").path()).isEqualTo(folder.resolve("a.Q4.gguf"));
        pulled(store, name, FIRST, "a.Q4.gguf", "b.Q8-00001-of-00002.gguf", "b.Q8-00002-of-00002.gguf");
        assertThatThrownBy(() -> store.find("acme/tiny-gguf"))
                .hasMessage(
                        "model acme/tiny-gguf: several GGUF files were pulled; say which: acme/tiny-gguf:a.Q4.gguf, acme/tiny-gguf:b.Q8-00001-of-00002.gguf");
        assertThat(store.find("acme/tiny-gguf:b.Q8-00001-of-00002.gguf").path())
                .isEqualTo(folder.resolve("b.Q8-00001-of-00002.gguf"));
        assertThatThrownBy(() -> store.find("acme/tiny-gguf:../../x.gguf")).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void removesWhatWasFetchedAndNothingElse() throws IOException {
        var store = store(List.of());
        var name = HubName.of("acme/tiny");
        pulled(store, name, FIRST, "config.json");
        pulled(store, name.withRevision("v2"), SECOND, "config.json");
        assertThat(store.remove("acme/tiny@v2", new Cancellation())).isEqualTo(2);
        assertThat(store.hub().models()).extracting(CachedHubModel::commit).containsExactly(FIRST);
        assertThatThrownBy(() -> store.remove("acme/tiny@v2", new Cancellation()))
                .hasMessage(
                        "model acme/tiny@v2: that revision is not in the cache (%s)",
                        store.hub().folder());
        store.remove("acme/tiny", new Cancellation());
        assertThat(store.hub().folder()).isEmptyDirectory();
        assertThatThrownBy(() -> store.remove("acme/tiny", new Cancellation()))
                .hasMessage(
                        "model acme/tiny: not in the cache (%s)", store.hub().folder());
        var mine = Files.createDirectories(folder.resolve("mine"));
        Files.createDirectories(folder.resolve("bundled/places"));
        for (var kept : List.of(mine.toString(), "places", "..")) {
            assertThatThrownBy(() -> store.remove(kept, new Cancellation()))
                    .hasMessage(
                            "model %s: was not fetched by models pull, and is not removed; what was: ./suffice models list",
                            kept);
        }
        assertThat(mine).isDirectory();
    }

    private ModelStore store(List<Path> folders) {
        var cache = folder.resolve("cache");
        var noPython = new PipPackages(
                cache.resolve("pip"), List.of(folder.resolve("no-python").toString()));
        return new ModelStore(folder.resolve("bundled"), cache, folders, noPython);
    }

    private static void pulled(ModelStore store, HubName name, String commit, String... files) throws IOException {
        var snapshot = Files.createDirectories(store.hub().snapshot(name, commit));
        var list = new TreeMap<String, String>();
        for (var file : files) {
            Files.writeString(snapshot.resolve(file), "{}");
            list.put(file, "");
        }
        store.hub().complete(name, commit, list);
    }
}

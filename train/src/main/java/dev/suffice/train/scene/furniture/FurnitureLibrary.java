package dev.suffice.train.scene.furniture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;

/**
 * The furniture libraries ({@code *.sh3f}, zips of OBJ models with a catalogue) of a folder. Models are read when asked for and not kept.
 * Immutable and safe for use by many threads.
 */
public final class FurnitureLibrary {
    private static final long LARGEST_FILE = 256L << 20;

    private record Place(Path archive, CatalogEntry entry) {}

    private final Map<String, Place> places;

    private FurnitureLibrary(Map<String, Place> places) {
        this.places = places;
    }

    /**
     * Reads the catalogues of all libraries in a folder and its subfolders.
     *
     * @param folder where the {@code .sh3f} files lie, e.g. {@code /usr/share/sweethome3d/furniture}
     * @throws IOException if the folder cannot be read or holds no library
     */
    public static FurnitureLibrary open(Path folder) throws IOException {
        List<Path> archives;
        try (Stream<Path> files = Files.walk(folder)) {
            archives = files.filter(f -> f.getFileName().toString().endsWith(".sh3f"))
                    .sorted()
                    .toList();
        }
        if (archives.isEmpty()) {
            throw new IOException(
                    "furniture folder " + folder
                            + ": holds no .sh3f library; install the Debian package sweethome3d-furniture or name the folder it was unpacked to");
        }
        var places = new LinkedHashMap<String, Place>();
        for (Path archive : archives) {
            try (var zip = new ZipFile(archive.toFile())) {
                byte[] catalogue = bytes(zip, "PluginFurnitureCatalog.properties");
                for (CatalogEntry entry : FurnitureCatalog.read(catalogue)) {
                    places.put(entry.id(), new Place(archive, entry));
                }
            }
        }
        return new FurnitureLibrary(places);
    }

    /** Everything in the catalogues, in their order. */
    public Collection<CatalogEntry> entries() {
        var all = new ArrayList<CatalogEntry>();
        places.values().forEach(place -> all.add(place.entry()));
        return all;
    }

    /** Whether some library holds this model. */
    public boolean contains(String id) {
        return places.containsKey(id);
    }

    /**
     * The catalogue's description of a model.
     *
     * @throws IllegalArgumentException if no library holds it
     */
    public CatalogEntry entry(String id) {
        return place(id).entry();
    }

    /**
     * Reads a model and gives it its catalogue rotation and size: metres, y up, front towards +z, standing on y = 0 over the origin.
     *
     * @throws IOException if the archive or the model cannot be read
     * @throws IllegalArgumentException if no library holds it
     */
    public Mesh load(String id) throws IOException {
        Place place = place(id);
        CatalogEntry entry = place.entry();
        try (var zip = new ZipFile(place.archive().toFile())) {
            String obj = new String(bytes(zip, entry.model()), StandardCharsets.ISO_8859_1);
            String folder = entry.model().substring(0, entry.model().lastIndexOf('/') + 1);
            var materials = new HashMap<String, Material>();
            var textures = new HashMap<String, Texture>();
            for (String name : ObjReader.libraries(obj)) {
                var mtl = zip.getEntry(folder + name);
                if (mtl != null) {
                    String text = new String(bytes(zip, mtl.getName()), StandardCharsets.ISO_8859_1);
                    materials.putAll(MtlReader.read(
                            text, path -> textures.computeIfAbsent(path, p -> texture(zip, folder, p))));
                }
            }
            return ObjReader.read(obj, materials)
                    .placed(entry.rotation(), entry.width(), entry.height(), entry.depth());
        }
    }

    private Place place(String id) {
        Place place = places.get(id);
        if (place == null) {
            throw new IllegalArgumentException("model \"" + id + "\": in none of the furniture libraries ("
                    + places.size() + " models); use an id# of their catalogues");
        }
        return place;
    }

    private static Texture texture(ZipFile zip, String folder, String path) {
        ZipEntry entry = zip.getEntry(folder + path.replace('\\', '/'));
        if (entry == null) {
            return Texture.white();
        }
        try {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes(zip, entry.getName())));
            return image == null ? Texture.white() : Texture.of(image);
        } catch (IOException unreadable) {
            return Texture.white();
        }
    }

    private static byte[] bytes(ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new IOException("furniture library " + zip.getName() + ": has no " + name);
        }
        if (entry.getSize() > LARGEST_FILE) {
            throw new IOException("furniture library " + zip.getName() + ": " + name + " claims " + entry.getSize()
                    + " bytes, at most " + LARGEST_FILE + " are read");
        }
        try (var in = zip.getInputStream(entry)) {
            return in.readNBytes((int) LARGEST_FILE);
        }
    }
}

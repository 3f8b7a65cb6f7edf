package dev.suffice.train.scene.furniture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FurnitureLibraryTest {
    private static final String CATALOGUE = """
            license=Free \u00a9 Someone
            id#1=Lib#chair
            name#1=Chaise \u00e9l\u00e9gante
            category#1=Living room
            width#1=40
            depth#1=50.5
            height#1=90
            model#1=/lib/chair.obj
            modelRotation#1=0 0 1 0 1 0 -1 0 0
            creator#1=Ann
            name#2=no model
            width#2=1
            depth#2=1
            height#2=1
            id#3=Lib#flat
            name#3=no size
            model#3=x.obj
            width#3=broken
            id#4=Lib#own
            name#4=Own licence
            model#4=own.obj
            width#4=1
            depth#4=2
            height#4=3
            license#4=CC0
            modelRotation#4=1 2 three
            """;

    @Test
    void readsCataloguesInBothEncodings() {
        for (var encoding : List.of(StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1)) {
            List<CatalogEntry> entries = FurnitureCatalog.read(CATALOGUE.getBytes(encoding));
            assertThat(entries).extracting(CatalogEntry::id).containsExactly("Lib#chair", "Lib#own");
            CatalogEntry chair = entries.getFirst();
            assertThat(chair.name()).isEqualTo("Chaise \u00e9l\u00e9gante");
            assertThat(chair.width()).isEqualTo(0.4);
            assertThat(chair.depth()).isEqualTo(0.505);
            assertThat(chair.height()).isEqualTo(0.9);
            assertThat(chair.rotation()).containsExactly(0, 0, 1, 0, 1, 0, -1, 0, 0);
            assertThat(chair.model()).isEqualTo("lib/chair.obj");
            assertThat(chair.license()).isEqualTo("Free \u00a9 Someone");
            assertThat(entries.get(1).rotation()).containsExactly(1, 0, 0, 0, 1, 0, 0, 0, 1);
            assertThat(entries.get(1).license()).isEqualTo("CC0");
        }
    }

    @Test
    void loadsModelsInTheirSize(@TempDir Path folder) throws IOException {
        var png = new ByteArrayOutputStream();
        var green = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        green.setRGB(0, 0, 0x00ff00);
        ImageIO.write(green, "png", png);
        try (var zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("a.sh3f")))) {
            put(zip, "PluginFurnitureCatalog.properties", CATALOGUE.getBytes(StandardCharsets.ISO_8859_1));
            put(
                    zip,
                    "lib/chair.obj",
                    "mtllib c.mtl\nmtllib lost.mtl\nv 0 0 0\nv 1 0 0\nv 1 1 2\nusemtl m\nf 1 2 3\n"
                            .getBytes(StandardCharsets.US_ASCII));
            put(
                    zip,
                    "lib/c.mtl",
                    "newmtl m\nKd 1 1 1\nmap_Kd t.png\nnewmtl n\nmap_Kd lost.png\n"
                            .getBytes(StandardCharsets.US_ASCII));
            put(zip, "lib/t.png", png.toByteArray());
        }
        var library = FurnitureLibrary.open(folder);
        assertThat(library.entries()).hasSize(2);
        Mesh mesh = library.load("Lib#chair");
        assertThat(mesh.bounds()).containsExactly(-0.2f, 0, -0.2525f, 0.2f, 0.9f, 0.2525f);
        Texture texture = mesh.materials().get(mesh.materialOf()[0]).texture();
        assertThat(texture.argb(0.1f, 0.9f)).isEqualTo(0xff00ff00);
        assertThat(texture.argb(-0.9f, 7.9f)).isEqualTo(0xff00ff00);
        assertThat(texture.argb(0.1f, 0.1f)).isEqualTo(0xff000000);
        assertThatThrownBy(() -> library.load("Lib#own"))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("a.sh3f: has no own.obj");
        assertThatThrownBy(() -> library.entry("Lib#lost"))
                .hasMessage(
                        "model \"Lib#lost\": in none of the furniture libraries (2 models); use an id# of their catalogues");
    }

    @Test
    void saysWhatIsMissing(@TempDir Path folder) {
        assertThatThrownBy(() -> FurnitureLibrary.open(folder))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "furniture folder " + folder
                                + ": holds no .sh3f library; install the Debian package sweethome3d-furniture or name the folder it was unpacked to");
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
        zip.closeEntry();
    }
}

package dev.suffice.train.scene;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes a furniture library that has a box for every model a scene may ask for, so that tests need no assets. */
final class ToyLibrary {
    private ToyLibrary() {}

    static void write(Path folder) throws IOException {
        var ids = new ArrayList<String>(LandscapeSampler.scenery());
        ObjectClasses.all().forEach(c -> c.models().forEach(m -> ids.add(m.id())));
        var catalogue = new StringBuilder("license=Free\n");
        for (int i = 0; i < ids.size(); i++) {
            catalogue.append(
                    "id#%1$d=%2$s\nname#%1$d=box\nwidth#%1$d=110\ndepth#%1$d=70\nheight#%1$d=90\nmodel#%1$d=/box.obj\ncreator#%1$d=Toy | maker\n"
                            .formatted(i + 1, ids.get(i)));
        }
        String box = """
                v 0 0 0
                v 1 0 0
                v 1 1 0
                v 0 1 0
                v 0 0 1
                v 1 0 1
                v 1 1 1
                v 0 1 1
                f 1 2 3 4
                f 5 6 7 8
                f 1 2 6 5
                f 4 3 7 8
                f 1 4 8 5
                f 2 3 7 6
                """;
        try (var zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("toy.sh3f")))) {
            zip.putNextEntry(new ZipEntry("PluginFurnitureCatalog.properties"));
            zip.write(catalogue.toString().getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
            zip.putNextEntry(new ZipEntry("box.obj"));
            zip.write(box.getBytes(StandardCharsets.US_ASCII));
            zip.closeEntry();
        }
    }
}

package dev.suffice.train.scene;

import dev.suffice.train.scene.furniture.CatalogEntry;
import dev.suffice.train.scene.furniture.FurnitureLibrary;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Who made the models that scenes show, and under which licence: goes into the model card. */
public final class ModelCredits {
    private ModelCredits() {}

    /**
     * A Markdown table of every model that may appear in a scene.
     *
     * @throws IllegalArgumentException if a library lacks one of the models
     */
    public static String markdown(FurnitureLibrary library) {
        Map<String, String> uses = new LinkedHashMap<>();
        for (ObjectClass type : ObjectClasses.all()) {
            type.models().forEach(model -> uses.put(model.id(), type.name()));
        }
        LandscapeSampler.scenery().forEach(id -> uses.put(id, "scenery"));
        List<CatalogEntry> entries = uses.keySet().stream()
                .map(library::entry)
                .sorted(Comparator.comparing(CatalogEntry::license).thenComparing(CatalogEntry::id))
                .toList();
        Stream<String> rows = entries.stream()
                .map(e -> "| " + e.id() + " | " + uses.get(e.id()) + " | " + e.creator() + " | " + license(e) + " |\n");
        return "| model | shown as | creator | licence |\n|---|---|---|---|\n" + String.join("", rows.toList());
    }

    private static String license(CatalogEntry entry) {
        String written =
                entry.license().replaceAll("\\s+", " ").replace("|", "/").strip();
        int copyright = written.indexOf('\u00a9');
        if (copyright < 0) {
            copyright = written.indexOf("Copyright");
        }
        return (copyright > 0 ? written.substring(0, copyright) : written)
                .replace("Copyright", "")
                .strip();
    }
}

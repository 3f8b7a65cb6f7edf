package dev.suffice.depthfusion.export;

import dev.suffice.core.InvalidRequestException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;

/** All formats. To add one, write an {@link Export} and a line here. */
public final class Exports {
    private static final List<Export> ALL = List.of(
            new GlbExport(),
            new ObjExport(),
            new PlyExport(),
            new SplatExport(),
            new ExrExport(),
            new Png16Export(),
            new CubemapExport(),
            new AnimationExport(),
            new TouchDesignerExport());

    private Exports() {}

    /** Every format, the most useful first. */
    public static List<Export> all() {
        return ALL;
    }

    /**
     * The format of a name.
     *
     * @throws InvalidRequestException if there is none; the message names all
     */
    public static Export named(String name) {
        return ALL.stream()
                .filter(export -> export.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException("format %s: must be one of %s"
                        .formatted(name, ALL.stream().map(Export::name).collect(Collectors.joining(", ")))));
    }

    /**
     * The formats of a list such as {@code glb,ply}, each once.
     *
     * @throws InvalidRequestException if one is unknown, or there is none
     */
    public static List<Export> listed(String names) {
        var exports = new LinkedHashSet<Export>();
        for (var name : names.split(",")) {
            exports.add(named(name.strip()));
        }
        return List.copyOf(exports);
    }
}

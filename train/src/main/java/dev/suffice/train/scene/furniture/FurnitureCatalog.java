package dev.suffice.train.scene.furniture;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Reads the catalogue of an {@code .sh3f} furniture library: a properties file whose keys end in {@code #1}, {@code #2}, ... The file may
 * be UTF-8 or Latin-1. Entries that lack a model or a size are left out.
 */
public final class FurnitureCatalog {
    private FurnitureCatalog() {}

    /**
     * Parses a catalogue.
     *
     * @param bytes the properties file
     * @return its complete entries, in order
     */
    public static List<CatalogEntry> read(byte[] bytes) {
        var properties = new Properties();
        try {
            properties.load(new StringReader(decode(bytes)));
        } catch (IOException impossible) {
            throw new IllegalStateException("reading a string failed", impossible);
        }
        String license = properties.getProperty("license", "");
        var entries = new ArrayList<CatalogEntry>();
        for (int i = 1; properties.containsKey("name#" + i) || properties.containsKey("id#" + i); i++) {
            String model = properties.getProperty("model#" + i, "");
            double width = number(properties.getProperty("width#" + i, ""));
            double depth = number(properties.getProperty("depth#" + i, ""));
            double height = number(properties.getProperty("height#" + i, ""));
            if (model.isEmpty() || !(width > 0 && depth > 0 && height > 0)) {
                continue;
            }
            entries.add(new CatalogEntry(
                    properties.getProperty("id#" + i, "#" + i),
                    properties.getProperty("name#" + i, ""),
                    properties.getProperty("category#" + i, ""),
                    width / 100,
                    depth / 100,
                    height / 100,
                    rotation(properties.getProperty("modelRotation#" + i, "")),
                    model.startsWith("/") ? model.substring(1) : model,
                    properties.getProperty("creator#" + i, ""),
                    properties.getProperty("license#" + i, license)));
        }
        return entries;
    }

    private static String decode(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static double[] rotation(String written) {
        double[] identity = {1, 0, 0, 0, 1, 0, 0, 0, 1};
        String[] words = written.strip().split("\\s+");
        if (words.length != 9) {
            return identity;
        }
        var matrix = new double[9];
        for (int i = 0; i < 9; i++) {
            matrix[i] = number(words[i]);
            if (Double.isNaN(matrix[i])) {
                return identity;
            }
        }
        return matrix;
    }

    private static double number(String word) {
        try {
            return Double.parseDouble(word.strip());
        } catch (NumberFormatException notANumber) {
            return Double.NaN;
        }
    }
}

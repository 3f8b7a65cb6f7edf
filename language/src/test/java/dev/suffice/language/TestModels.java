package dev.suffice.language;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** The small models in the test resources. */
final class TestModels {
    private TestModels() {}

    static Path folder() {
        try {
            return Path.of(Objects.requireNonNull(TestModels.class.getResource("models"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.suffice.language.chat.template;

import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code namespace()} makes: the one value that a template can change, so that loops can tell something to what follows them. */
final class Namespace {
    private final Map<String, Object> members;

    Namespace(Map<String, Object> members) {
        this.members = new LinkedHashMap<>(members);
    }

    Map<String, Object> members() {
        return members;
    }
}

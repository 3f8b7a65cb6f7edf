package dev.suffice.language.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Methods of dictionaries and lists that change nothing. */
final class CollectionMethods {
    private CollectionMethods() {}

    /** The method of a name, if there is one. */
    static Optional<Function> find(Map<?, ?> map, String name) {
        Function method = switch (name) {
            case "items" -> given -> items(map, given.budget());
            case "keys" -> given -> Values.items(map, given.budget());
            case "values" ->
                given -> {
                    given.budget().spend(map.size());
                    return new ArrayList<Object>(map.values());
                };
            case "get" ->
                given -> {
                    var value = map.get(Values.key(given.get(0, "key")));
                    return value == null ? given.find(1, "default").orElse(None.NONE) : value;
                };
            default -> null;
        };
        return Optional.ofNullable(method);
    }

    /** Pairs of key and value. */
    static List<Object> items(Map<?, ?> map, Budget budget) {
        budget.spend(2L * map.size());
        var items = new ArrayList<Object>();
        map.forEach((key, value) -> items.add(Tuple.of(key, value)));
        return items;
    }

    /** The method of a name, if there is one. */
    static Optional<Function> find(List<?> list, String name) {
        Function method = switch (name) {
            case "index" ->
                given -> {
                    for (int i = 0; i < list.size(); i++) {
                        if (Comparisons.equal(list.get(i), given.get(0, "value"), given.budget())) {
                            return (long) i;
                        }
                    }
                    throw new TemplateError("index: value is not in list");
                };
            case "count" ->
                given -> {
                    long count = 0;
                    for (var item : list) {
                        count += Comparisons.equal(item, given.get(0, "value"), given.budget()) ? 1 : 0;
                    }
                    return count;
                };
            default -> null;
        };
        return Optional.ofNullable(method);
    }
}

package dev.suffice.language.chat.template;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Filters that go through the items of a value. */
final class ListFilters {
    private ListFilters() {}

    static Object apply(String name, Arguments given) {
        var value = given.get(0, "value");
        var budget = given.budget();
        return switch (name) {
            case "list" -> new ArrayList<>(items(given));
            case "first" ->
                items(given).isEmpty()
                        ? new Undefined("no first item, sequence was empty")
                        : items(given).getFirst();
            case "last" ->
                items(given).isEmpty()
                        ? new Undefined("no last item, sequence was empty")
                        : items(given).getLast();
            case "join" -> joined(given);
            case "reverse" ->
                value instanceof String text
                        ? new StringBuilder(budget.text(text)).reverse().toString()
                        : new ArrayList<>(items(given).reversed());
            case "sort" -> sorted(given);
            case "dictsort" -> dictsort(given);
            case "unique" -> Filters.unique(items(given), budget);
            case "min" -> extreme(given, -1);
            case "max" -> extreme(given, 1);
            case "sum" -> sum(given);
            case "map" -> map(given);
            case "select" -> selected(given, test(given.after(1, name), 0), false);
            case "reject" -> selected(given, test(given.after(1, name), 0), true);
            case "selectattr" -> byAttribute(given, false);
            case "rejectattr" -> byAttribute(given, true);
            default -> throw new TemplateError("no filter named '%s'".formatted(name));
        };
    }

    private static List<Object> items(Arguments given) {
        var items = Values.items(given.get(0, "value"), given.budget());
        given.budget().spend(items.size());
        return items;
    }

    private static Object joined(Arguments given) {
        var separator =
                given.find(1, "d").map(d -> PythonText.str(d, given.budget())).orElse("");
        var part = given.find(2, "attribute").map(ListFilters::part).orElse(UnaryOperator.identity());
        var texts = new ArrayList<Object>();
        for (var item : items(given)) {
            texts.add(PythonText.str(part.apply(item), given.budget()));
        }
        return StringMethods.joined(separator, texts, given.budget());
    }

    /** An attribute of items, such as {@code a.b.0}. */
    private static UnaryOperator<Object> part(Object attribute) {
        if (attribute instanceof Long place) {
            return item -> Subscripts.item(item, place);
        }
        if (!(attribute instanceof String path)) {
            throw new TemplateError("attribute must be a string or a whole number");
        }
        var names = path.split("\\.", -1);
        return item -> {
            var value = item;
            for (var name : names) {
                boolean place =
                        !name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9');
                value = Subscripts.item(value, place ? (Object) Long.parseLong(name) : name);
            }
            return value;
        };
    }

    private static List<Object> sorted(Arguments given) {
        boolean reverse = given.flag(1, "reverse", false);
        boolean exact = given.flag(2, "case_sensitive", false);
        var part = given.find(3, "attribute")
                .filter(a -> a != None.NONE)
                .map(ListFilters::part)
                .orElse(UnaryOperator.identity());
        Comparator<Object> order = (a, b) ->
                Comparisons.compare(folded(part.apply(a), exact), folded(part.apply(b), exact), "<", given.budget());
        return sorted(items(given), reverse ? order.reversed() : order);
    }

    private static List<Object> sorted(List<Object> items, Comparator<Object> order) {
        var result = new ArrayList<>(items);
        try {
            result.sort(order);
        } catch (IllegalArgumentException e) {
            throw new TemplateError("sort: these values have no order");
        }
        return result;
    }

    private static Object folded(Object value, boolean exact) {
        return value instanceof String text && !exact ? text.toLowerCase(Locale.ROOT) : value;
    }

    private static List<Object> dictsort(Arguments given) {
        if (!(given.get(0, "value") instanceof Map<?, ?> map)) {
            throw new TemplateError("dictsort: must be a dictionary");
        }
        boolean exact = given.flag(1, "case_sensitive", false);
        long place = given.optionalText(2, "by").orElse("key").equals("value") ? 1 : 0;
        Comparator<Object> order = (a, b) -> Comparisons.compare(
                folded(Subscripts.item(a, place), exact),
                folded(Subscripts.item(b, place), exact),
                "<",
                given.budget());
        return sorted(
                CollectionMethods.items(map, given.budget()),
                given.flag(3, "reverse", false) ? order.reversed() : order);
    }

    private static Object extreme(Arguments given, int sign) {
        boolean exact = given.flag(1, "case_sensitive", false);
        var part = given.find(2, "attribute").map(ListFilters::part).orElse(UnaryOperator.identity());
        var items = items(given);
        if (items.isEmpty()) {
            return new Undefined("no aggregated item, sequence was empty");
        }
        var best = items.getFirst();
        for (var item : items) {
            if (sign
                            * Comparisons.compare(
                                    folded(part.apply(item), exact),
                                    folded(part.apply(best), exact),
                                    "<",
                                    given.budget())
                    > 0) {
                best = item;
            }
        }
        return best;
    }

    private static Object sum(Arguments given) {
        var part = given.find(1, "attribute")
                .filter(a -> a != None.NONE)
                .map(ListFilters::part)
                .orElse(UnaryOperator.identity());
        var sum = given.find(2, "start").orElse(0L);
        for (var item : items(given)) {
            sum = Operators.apply("+", sum, part.apply(item), given.budget());
        }
        return sum;
    }

    private static List<Object> map(Arguments given) {
        var result = new ArrayList<Object>();
        if (given.positional().size() == 1 && given.named().containsKey("attribute")) {
            var part = part(given.named().getOrDefault("attribute", ""));
            for (var item : items(given)) {
                var value = part.apply(item);
                result.add(value instanceof Undefined ? given.named().getOrDefault("default", value) : value);
            }
            return result;
        }
        var filter = given.text(1, "filter");
        var rest = given.after(2, filter);
        for (var item : items(given)) {
            result.add(Filters.apply(filter, with(item, rest)));
        }
        return result;
    }

    private static Arguments with(Object first, Arguments rest) {
        var all = new ArrayList<Object>();
        all.add(first);
        all.addAll(rest.positional());
        return new Arguments(rest.name(), all, rest.named(), rest.budget());
    }

    /** The test that an argument names, with those after it; truth if there is none. */
    private static Predicate<Object> test(Arguments given, int place) {
        if (place >= given.positional().size()) {
            return Values::isTrue;
        }
        var name = given.text(place, "test");
        var rest = given.after(place + 1, name);
        return item -> Tests.holds(name, with(item, rest));
    }

    private static List<Object> selected(Arguments given, Predicate<Object> test, boolean rejected) {
        var result = new ArrayList<Object>();
        for (var item : items(given)) {
            if (test.test(item) != rejected) {
                result.add(item);
            }
        }
        return result;
    }

    private static List<Object> byAttribute(Arguments given, boolean rejected) {
        var part = part(given.get(1, "attribute"));
        var test = test(given.after(2, given.name()), 0);
        return selected(given, item -> test.test(part.apply(item)), rejected);
    }
}

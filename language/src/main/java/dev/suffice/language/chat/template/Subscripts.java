package dev.suffice.language.chat.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Parts of values: attributes, items, slices, with Python's methods and no others. */
final class Subscripts {
    private Subscripts() {}

    /** {@code target.name}: a method first, then a key. */
    static Object attribute(Object target, String name) {
        return switch (target) {
            case Undefined undefined -> throw undefined.error();
            case Namespace namespace -> orUndefined(namespace.members().get(name), target, name);
            case LoopVariable loop -> loop.attribute(name);
            case String text ->
                StringMethods.find(text, name).<Object>map(f -> f).orElseGet(() -> missing(target, name));
            case Map<?, ?> map ->
                CollectionMethods.find(map, name)
                        .<Object>map(f -> f)
                        .orElseGet(() -> orUndefined(map.get(name), target, name));
            case List<?> list ->
                CollectionMethods.find(list, name).<Object>map(f -> f).orElseGet(() -> missing(target, name));
            default -> missing(target, name);
        };
    }

    private static Object orUndefined(@org.jspecify.annotations.Nullable Object value, Object target, String name) {
        return value == null ? missing(target, name) : value;
    }

    private static Undefined missing(Object target, String name) {
        return new Undefined("'%s object' has no attribute '%s'".formatted(Values.type(target), name));
    }

    /** {@code target[index]}: a key or a place first, then a method. */
    static Object item(Object target, Object index) {
        switch (target) {
            case Undefined undefined -> throw undefined.error();
            case Map<?, ?> map -> {
                var value = map.get(Values.key(index));
                if (value != null) {
                    return value;
                }
            }
            case List<?> list
            when index instanceof Long place -> {
                long at = place < 0 ? place + list.size() : place;
                return at >= 0 && at < list.size()
                        ? list.get((int) at)
                        : new Undefined("list object has no element %d".formatted(place));
            }
            case String text
            when index instanceof Long place -> {
                int length = text.codePointCount(0, text.length());
                long at = place < 0 ? place + length : place;
                if (at < 0 || at >= length) {
                    return new Undefined("str object has no element %d".formatted(place));
                }
                return Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) at)));
            }
            default -> {}
        }
        return index instanceof String name
                ? attribute(target, name)
                : new Undefined("%s object has no element %s".formatted(Values.type(target), index));
    }

    /** {@code target[start:stop:step]}; none stands for a bound that is not given. */
    static Object slice(Object target, Object start, Object stop, Object step, Budget budget) {
        return switch (target) {
            case Undefined undefined -> throw undefined.error();
            case String text -> {
                int[] characters = text.codePoints().toArray();
                budget.spend(2L * characters.length);
                var out = new StringBuilder();
                for (int at : places(characters.length, start, stop, step)) {
                    out.appendCodePoint(characters[at]);
                }
                yield out.toString();
            }
            case List<?> list -> {
                budget.spend(list.size());
                var items = new ArrayList<Object>();
                for (int at : places(list.size(), start, stop, step)) {
                    items.add(list.get(at));
                }
                yield list instanceof Tuple ? new Tuple(items) : items;
            }
            default -> new Undefined("%s object has no slices".formatted(Values.type(target)));
        };
    }

    private static int[] places(int length, Object start, Object stop, Object step) {
        long by = bound(step, 1);
        if (by == 0) {
            throw new TemplateError("slice step cannot be zero");
        }
        int lowest = by < 0 ? -1 : 0;
        int highest = by < 0 ? length - 1 : length;
        long from = clamped(bound(start, by < 0 ? Long.MAX_VALUE : 0), length, lowest, highest);
        long to = stop == None.NONE ? (by < 0 ? -1 : length) : clamped(bound(stop, 0), length, lowest, highest);
        long span = by < 0 ? from - to : to - from;
        long stride = by == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(by);
        int count = span <= 0 ? 0 : (int) ((span - 1) / stride + 1);
        var places = new int[count];
        for (int i = 0; i < count; i++) {
            places[i] = (int) (from + i * by);
        }
        return places;
    }

    private static long clamped(long place, int length, int lowest, int highest) {
        long at = place < 0 ? place + length : place;
        return Math.max(lowest, Math.min(highest, at));
    }

    private static long bound(Object value, long otherwise) {
        return switch (value) {
            case None _ -> otherwise;
            case Long number -> number;
            default -> throw new TemplateError("slice indices must be integers or None");
        };
    }
}

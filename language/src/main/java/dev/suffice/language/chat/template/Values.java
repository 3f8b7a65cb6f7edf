package dev.suffice.language.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of a template: {@link String}, {@link Boolean}, {@link Long}, {@link Double}, {@link List}, {@link Tuple}, {@link Map}, {@link None}, {@link Undefined},
 * {@link Function}, {@link Namespace}, {@link LoopVariable}; and what is true of all of them. Nothing else gets in.
 */
final class Values {
    private static final int DEPTH = 100;

    private Values() {}

    /**
     * A value that a caller gave: texts, numbers, booleans, null, lists and maps of these.
     *
     * @throws TemplateError for anything else
     */
    static Object imported(@Nullable Object value) {
        return imported(value, 0);
    }

    private static Object imported(@Nullable Object value, int depth) {
        if (depth > DEPTH) {
            throw new TemplateError("value nested deeper than %d".formatted(DEPTH));
        }
        return switch (value) {
            case null -> None.NONE;
            case CharSequence text -> text.toString();
            case Boolean flag -> flag;
            case Double number -> number;
            case Float number -> Double.parseDouble(number.toString());
            case Long number -> number;
            case Integer number -> (long) number;
            case Short number -> (long) number;
            case Byte number -> (long) number;
            case Iterable<?> values -> {
                var list = new ArrayList<Object>();
                values.forEach(item -> list.add(imported(item, depth + 1)));
                yield list;
            }
            case Map<?, ?> map -> {
                var result = new LinkedHashMap<Object, Object>();
                map.forEach((key, item) -> result.put(imported(key, depth + 1), imported(item, depth + 1)));
                yield result;
            }
            default ->
                throw new TemplateError(
                        "value of class %s: must be a text, a number, true, false, null, a list or a map of these"
                                .formatted(value.getClass().getName()));
        };
    }

    /** As Python calls its type. */
    static String type(Object value) {
        return switch (value) {
            case String _ -> "str";
            case Boolean _ -> "bool";
            case Long _ -> "int";
            case Double _ -> "float";
            case Tuple _ -> "tuple";
            case List<?> _ -> "list";
            case Map<?, ?> _ -> "dict";
            case None _ -> "NoneType";
            case Undefined _ -> "Undefined";
            case Namespace _ -> "Namespace";
            case LoopVariable _ -> "LoopContext";
            default -> "function";
        };
    }

    /** Empty, zero, none, false and undefined are false. */
    static boolean isTrue(Object value) {
        return switch (value) {
            case Boolean flag -> flag;
            case String text -> !text.isEmpty();
            case Long number -> number != 0;
            case Double number -> number != 0;
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case None _, Undefined _ -> false;
            default -> true;
        };
    }

    /** Whether it counts as a number, as booleans do. */
    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    /**
     * What a loop goes through: items, keys, characters.
     *
     * @throws TemplateError if the value has none
     */
    @SuppressWarnings("unchecked")
    static List<Object> items(Object value, Budget budget) {
        return switch (value) {
            case List<?> list -> (List<Object>) list;
            case Map<?, ?> map -> {
                budget.spend(map.size());
                yield new ArrayList<>(map.keySet());
            }
            case String text -> {
                budget.spend(text.length());
                yield text.codePoints()
                        .mapToObj(c -> (Object) Character.toString(c))
                        .toList();
            }
            case Undefined _ -> List.of();
            default -> throw new TemplateError("'%s' object is not iterable".formatted(type(value)));
        };
    }

    /** How many items, keys, characters. */
    static long length(Object value) {
        return switch (value) {
            case String text -> text.codePointCount(0, text.length());
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case Undefined _ -> 0;
            default -> throw new TemplateError("object of type '%s' has no len()".formatted(type(value)));
        };
    }

    /** A key of a dictionary; numbers that are equal are one key. */
    static Object key(Object value) {
        return switch (value) {
            case Boolean flag -> flag ? 1L : 0L;
            case Double number
            when number == Math.rint(number) && Math.abs(number) < 1L << 53 -> (long) (double) number;
            case List<?> list -> throw unhashable(list);
            case Map<?, ?> map -> throw unhashable(map);
            default -> value;
        };
    }

    private static TemplateError unhashable(Object value) {
        return new TemplateError("a %s cannot be the key of a dictionary".formatted(type(value)));
    }
}

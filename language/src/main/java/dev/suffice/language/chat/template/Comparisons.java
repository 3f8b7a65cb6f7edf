package dev.suffice.language.chat.template;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** Equality and order of values, as in Python. */
final class Comparisons {
    private Comparisons() {}

    static boolean equal(Object a, Object b, Budget budget) {
        budget.spend(1);
        if (Values.isNumber(a) && Values.isNumber(b)) {
            return compareNumbers(a, b) == 0;
        }
        if (a instanceof String s && b instanceof String t) {
            budget.spend(Math.min(s.length(), t.length()));
            return s.equals(t);
        }
        if (a instanceof Undefined && b instanceof Undefined) {
            return true;
        }
        if (a instanceof List<?> s && b instanceof List<?> t) {
            return s instanceof Tuple == t instanceof Tuple && equalLists(s, t, budget);
        }
        if (a instanceof Map<?, ?> s && b instanceof Map<?, ?> t) {
            return equalMaps(s, t, budget);
        }
        return a.equals(b);
    }

    private static boolean equalLists(List<?> a, List<?> b, Budget budget) {
        if (a.size() != b.size()) {
            return false;
        }
        budget.enter();
        boolean same = true;
        for (int i = 0; same && i < a.size(); i++) {
            same = equal(a.get(i), b.get(i), budget);
        }
        budget.leave();
        return same;
    }

    private static boolean equalMaps(Map<?, ?> a, Map<?, ?> b, Budget budget) {
        if (a.size() != b.size()) {
            return false;
        }
        budget.enter();
        boolean same = true;
        for (var entry : a.entrySet()) {
            var other = b.get(entry.getKey());
            if (other == null || !equal(entry.getValue(), other, budget)) {
                same = false;
                break;
            }
        }
        budget.leave();
        return same;
    }

    /** Below zero, zero or above it. */
    static int compare(Object a, Object b, String operator, Budget budget) {
        budget.spend(1);
        if (Values.isNumber(a) && Values.isNumber(b)) {
            return compareNumbers(a, b);
        }
        if (a instanceof String s && b instanceof String t) {
            budget.spend(Math.min(s.length(), t.length()));
            return compareTexts(s, t);
        }
        if (a instanceof List<?> s && b instanceof List<?> t) {
            budget.enter();
            int order = Integer.compare(s.size(), t.size());
            for (int i = 0; i < Math.min(s.size(), t.size()); i++) {
                if (!equal(s.get(i), t.get(i), budget)) {
                    order = compare(s.get(i), t.get(i), operator, budget);
                    break;
                }
            }
            budget.leave();
            return order;
        }
        if (a instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (b instanceof Undefined undefined) {
            throw undefined.error();
        }
        throw new TemplateError("'%s' not supported between instances of '%s' and '%s'"
                .formatted(operator, Values.type(a), Values.type(b)));
    }

    /** By characters, not by halves of them. */
    private static int compareTexts(String a, String b) {
        for (int i = 0; i < Math.min(a.length(), b.length()); i++) {
            char s = a.charAt(i);
            char t = b.charAt(i);
            if (s != t) {
                boolean pair = Character.isSurrogate(s) != Character.isSurrogate(t);
                return pair ? (Character.isSurrogate(s) ? 1 : -1) : Character.compare(s, t);
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    private static int compareNumbers(Object a, Object b) {
        var s = Operators.number(a);
        var t = Operators.number(b);
        if (s instanceof Long m && t instanceof Long n) {
            return Long.compare(m, n);
        }
        double m = s.doubleValue();
        double n = t.doubleValue();
        if (!Double.isFinite(m) || !Double.isFinite(n)) {
            return Double.compare(m, n);
        }
        return exact(s).compareTo(exact(t));
    }

    private static BigDecimal exact(Number number) {
        return number instanceof Long whole ? BigDecimal.valueOf(whole) : new BigDecimal(number.doubleValue());
    }

    /** Whether {@code container} has {@code value}: an item, a key, a part of a text. */
    static boolean contains(Object container, Object value, Budget budget) {
        return switch (container) {
            case String text -> {
                if (!(value instanceof String part)) {
                    throw new TemplateError(
                            "'in <string>' requires string as left operand, not %s".formatted(Values.type(value)));
                }
                budget.spend((long) text.length() + part.length());
                yield text.contains(part);
            }
            case Map<?, ?> map -> map.containsKey(Values.key(value));
            case List<?> list -> {
                boolean found = false;
                for (int i = 0; !found && i < list.size(); i++) {
                    found = equal(list.get(i), value, budget);
                }
                yield found;
            }
            case Undefined _ -> false;
            default ->
                throw new TemplateError("argument of type '%s' is not iterable".formatted(Values.type(container)));
        };
    }
}

package dev.suffice.language.chat.template;

import java.util.ArrayList;
import java.util.List;

/** Arithmetic as in Python; whole numbers beyond 64 bits are an error. */
final class Operators {
    private Operators() {}

    static Object apply(String operator, Object a, Object b, Budget budget) {
        if (operator.equals("~")) {
            var left = PythonText.str(a, budget);
            return budget.text(left.concat(PythonText.str(b, budget)));
        }
        if (a instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (b instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (Values.isNumber(a) && Values.isNumber(b)) {
            try {
                return arithmetic(operator, number(a), number(b));
            } catch (ArithmeticException e) {
                throw new TemplateError("%s %s %s: beyond 64 bits".formatted(a, operator, b));
            }
        }
        return switch (operator) {
            case "+" -> plus(a, b, budget);
            case "*" -> repeated(a, b, budget);
            case "%" -> {
                if (a instanceof String format) {
                    yield Formats.percent(format, b, budget);
                }
                throw unsupported(operator, a, b);
            }
            default -> throw unsupported(operator, a, b);
        };
    }

    private static TemplateError unsupported(String operator, Object a, Object b) {
        if (operator.equals("+") && a instanceof String) {
            return new TemplateError(
                    "can only concatenate str (not \"%s\") to str: use ~ or |string".formatted(Values.type(b)));
        }
        return new TemplateError("unsupported operand type(s) for %s: '%s' and '%s'"
                .formatted(operator, Values.type(a), Values.type(b)));
    }

    private static Object plus(Object a, Object b, Budget budget) {
        if (a instanceof String s && b instanceof String t) {
            return budget.text(s.concat(t));
        }
        if (a instanceof List<?> s && b instanceof List<?> t && s instanceof Tuple == t instanceof Tuple) {
            budget.spend((long) s.size() + t.size());
            var both = new ArrayList<Object>(s);
            both.addAll(t);
            return s instanceof Tuple ? new Tuple(both) : both;
        }
        throw unsupported("+", a, b);
    }

    private static Object repeated(Object a, Object b, Budget budget) {
        if (a instanceof Long && !(b instanceof Long)) {
            return repeated(b, a, budget);
        }
        if (a instanceof String text && b instanceof Long count) {
            int times = times(count, text.length(), budget);
            return text.repeat(times);
        }
        if (a instanceof List<?> list && b instanceof Long count) {
            int times = times(count, list.size(), budget);
            var all = new ArrayList<Object>();
            for (int i = 0; i < times; i++) {
                all.addAll(list);
            }
            return list instanceof Tuple ? new Tuple(all) : all;
        }
        throw unsupported("*", a, b);
    }

    private static int times(long count, int length, Budget budget) {
        long times = length == 0 ? 0 : Math.max(0, Math.min(count, Integer.MAX_VALUE));
        budget.spend(times * length);
        return (int) times;
    }

    /** Booleans count as 0 and 1. */
    static Number number(Object value) {
        return switch (value) {
            case Boolean flag -> flag ? 1L : 0L;
            case Long whole -> whole;
            case Double real -> real;
            default -> throw new TemplateError("a number expected, not a %s".formatted(Values.type(value)));
        };
    }

    static Object negated(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        var number = number(value);
        return number instanceof Long whole ? (Object) Math.negateExact(whole) : (Object) (-number.doubleValue());
    }

    private static Object arithmetic(String operator, Number a, Number b) {
        if (a instanceof Long m && b instanceof Long n) {
            return whole(operator, m, n);
        }
        double m = a.doubleValue();
        double n = b.doubleValue();
        return switch (operator) {
            case "+" -> m + n;
            case "-" -> m - n;
            case "*" -> m * n;
            case "/" -> m / divisor(n);
            case "//" -> Math.floor(m / divisor(n));
            case "%" -> {
                double rest = m % divisor(n);
                yield rest != 0 && rest < 0 != n < 0 ? rest + n : rest;
            }
            case "**" -> Math.pow(m, n);
            default -> throw new IllegalStateException(operator);
        };
    }

    private static double divisor(double value) {
        if (value == 0) {
            throw new TemplateError("division by zero");
        }
        return value;
    }

    private static Object whole(String operator, long m, long n) {
        return switch (operator) {
            case "+" -> Math.addExact(m, n);
            case "-" -> Math.subtractExact(m, n);
            case "*" -> Math.multiplyExact(m, n);
            case "/" -> m / divisor((double) n);
            case "//" -> {
                divisor((double) n);
                yield Math.floorDivExact(m, n);
            }
            case "%" -> {
                divisor((double) n);
                yield Math.floorMod(m, n);
            }
            case "**" -> n < 0 ? (Object) Math.pow(divisor((double) m), (double) n) : (Object) power(m, n);
            default -> throw new IllegalStateException(operator);
        };
    }

    private static long power(long base, long exponent) {
        long result = 1;
        long square = base;
        for (long left = exponent; left > 0; left >>= 1) {
            if ((left & 1) == 1) {
                result = Math.multiplyExact(result, square);
            }
            if (left > 1) {
                square = Math.multiplyExact(square, square);
            }
        }
        return result;
    }
}

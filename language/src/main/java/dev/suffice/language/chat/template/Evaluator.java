package dev.suffice.language.chat.template;

import dev.suffice.language.chat.template.Expression.Given;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values of expressions. */
final class Evaluator {
    private final Budget budget;

    Evaluator(Budget budget) {
        this.budget = budget;
    }

    Object value(Expression expression, Scope scope) {
        budget.enter();
        var value = inner(expression, scope);
        budget.leave();
        return value;
    }

    boolean isTrue(Expression expression, Scope scope) {
        return Values.isTrue(value(expression, scope));
    }

    private Object inner(Expression expression, Scope scope) {
        return switch (expression) {
            case Expression.Literal(var value) -> value;
            case Expression.Name(var name) -> scope.get(name);
            case Expression.Items(var items, var tuple) -> {
                var values = values(items, scope);
                yield tuple ? new Tuple(values) : values;
            }
            case Expression.Entries(var entries) -> {
                var map = new LinkedHashMap<Object, Object>();
                for (var entry : entries) {
                    map.put(Values.key(value(entry.key(), scope)), value(entry.value(), scope));
                }
                yield map;
            }
            case Expression.Attribute(var target, var name) -> Subscripts.attribute(value(target, scope), name);
            case Expression.Item(var target, var index) -> Subscripts.item(value(target, scope), value(index, scope));
            case Expression.Slice(var target, var start, var stop, var step) ->
                Subscripts.slice(
                        value(target, scope), bound(start, scope), bound(stop, scope), bound(step, scope), budget);
            case Expression.Call call -> call(call, scope);
            case Expression.Filter(var target, var name, var given) ->
                Filters.apply(name, arguments(name, Optional.of(value(target, scope)), given, scope));
            case Expression.Test(var target, var name, var given) ->
                Tests.holds(name, arguments(name, Optional.of(value(target, scope)), given, scope));
            case Expression.Signed(var negative, var operand) -> {
                var value = value(operand, scope);
                yield negative ? Operators.negated(value) : Operators.number(value);
            }
            case Expression.Not(var operand) -> !isTrue(operand, scope);
            case Expression.Binary(var operator, var left, var right) ->
                Operators.apply(operator, value(left, scope), value(right, scope), budget);
            case Expression.Comparison comparison -> compared(comparison, scope);
            case Expression.And(var left, var right) -> {
                var first = value(left, scope);
                yield Values.isTrue(first) ? value(right, scope) : first;
            }
            case Expression.Or(var left, var right) -> {
                var first = value(left, scope);
                yield Values.isTrue(first) ? first : value(right, scope);
            }
            case Expression.Conditional(var value, var condition, var otherwise) -> {
                if (isTrue(condition, scope)) {
                    yield value(value, scope);
                }
                yield otherwise.isPresent()
                        ? value(otherwise.get(), scope)
                        : new Undefined("the inline if-expression has no else");
            }
        };
    }

    private Object bound(Optional<Expression> bound, Scope scope) {
        return bound.isPresent() ? value(bound.get(), scope) : None.NONE;
    }

    private List<Object> values(List<Expression> expressions, Scope scope) {
        var values = new ArrayList<Object>();
        for (var expression : expressions) {
            values.add(value(expression, scope));
        }
        return values;
    }

    private boolean compared(Expression.Comparison comparison, Scope scope) {
        var left = value(comparison.first(), scope);
        for (var other : comparison.others()) {
            var right = value(other.value(), scope);
            if (!holds(other.operator(), left, right)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private boolean holds(String operator, Object a, Object b) {
        return switch (operator) {
            case "==" -> Comparisons.equal(a, b, budget);
            case "!=" -> !Comparisons.equal(a, b, budget);
            case "in" -> Comparisons.contains(b, a, budget);
            case "not in" -> !Comparisons.contains(b, a, budget);
            case "<" -> Comparisons.compare(a, b, operator, budget) < 0;
            case "<=" -> Comparisons.compare(a, b, operator, budget) <= 0;
            case ">" -> Comparisons.compare(a, b, operator, budget) > 0;
            default -> Comparisons.compare(a, b, operator, budget) >= 0;
        };
    }

    private Object call(Expression.Call call, Scope scope) {
        var target = value(call.target(), scope);
        var name = switch (call.target()) {
            case Expression.Name(var text) -> text;
            case Expression.Attribute attribute -> attribute.name();
            default -> "call";
        };
        return switch (target) {
            case Function function -> function.call(arguments(name, Optional.empty(), call.given(), scope));
            case Undefined undefined -> throw undefined.error();
            default -> throw new TemplateError("'%s' object is not callable".formatted(Values.type(target)));
        };
    }

    /** Arguments of a call, after a first one that is there already. */
    Arguments arguments(String name, Optional<Object> first, Given given, Scope scope) {
        var positional = new ArrayList<Object>();
        first.ifPresent(positional::add);
        positional.addAll(values(given.positional(), scope));
        Map<String, Object> named = new LinkedHashMap<>();
        for (var argument : given.named()) {
            named.put(argument.name(), value(argument.value(), scope));
        }
        return new Arguments(name, positional, named, budget);
    }
}

package dev.suffice.language.chat.template;

import dev.suffice.language.chat.template.Expression.Given;
import dev.suffice.language.chat.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Expressions with jinja2's precedences: or, and, not, comparisons, + -, ~, * / // %, **, signs, filters and tests. */
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<String> NO_ARGUMENT = Set.of("else", "or", "and");

    private final TokenStream tokens;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** An expression, with {@code if} and {@code else}. */
    Expression expression() {
        tokens.enter();
        var value = or();
        while (tokens.skipName("if")) {
            var condition = or();
            var otherwise = tokens.skipName("else") ? Optional.of(expression()) : Optional.<Expression>empty();
            value = new Expression.Conditional(value, condition, otherwise);
        }
        tokens.leave();
        return value;
    }

    /** One expression, or several with commas between them as a tuple. */
    Expression tuple() {
        var first = expression();
        return tokens.current().isOperator(",") ? restOfTuple(first) : first;
    }

    private Expression restOfTuple(Expression first) {
        var items = new ArrayList<Expression>();
        items.add(first);
        while (tokens.skipOperator(",")) {
            var token = tokens.current();
            if (token.isOperator(")") || token.kind() == Kind.BLOCK_END || token.kind() == Kind.VARIABLE_END) {
                break;
            }
            items.add(expression());
        }
        return new Expression.Items(List.copyOf(items), true);
    }

    /** What a loop goes through, or what a branch depends on: an {@code if} after it is not part of it. */
    Expression withoutCondition() {
        var first = or();
        return tokens.current().isOperator(",") ? restOfTuple(first) : first;
    }

    private Expression or() {
        var left = and();
        while (tokens.skipName("or")) {
            left = new Expression.Or(left, and());
        }
        return left;
    }

    private Expression and() {
        var left = not();
        while (tokens.skipName("and")) {
            left = new Expression.And(left, not());
        }
        return left;
    }

    private Expression not() {
        if (!tokens.skipName("not")) {
            return comparison();
        }
        tokens.enter();
        var operand = not();
        tokens.leave();
        return new Expression.Not(operand);
    }

    private Expression comparison() {
        var first = sum();
        var others = new ArrayList<Expression.Compared>();
        while (true) {
            var token = tokens.current();
            if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
                tokens.next();
                others.add(new Expression.Compared(token.text(), sum()));
            } else if (tokens.skipName("in")) {
                others.add(new Expression.Compared("in", sum()));
            } else if (token.isName("not") && tokens.following().isName("in")) {
                tokens.next();
                tokens.next();
                others.add(new Expression.Compared("not in", sum()));
            } else {
                return others.isEmpty() ? first : new Expression.Comparison(first, List.copyOf(others));
            }
        }
    }

    private Expression sum() {
        var left = concatenation();
        while (tokens.current().isOperator("+") || tokens.current().isOperator("-")) {
            left = new Expression.Binary(tokens.next().text(), left, concatenation());
        }
        return left;
    }

    private Expression concatenation() {
        var left = product();
        while (tokens.skipOperator("~")) {
            left = new Expression.Binary("~", left, product());
        }
        return left;
    }

    private Expression product() {
        var left = power();
        while (true) {
            var token = tokens.current();
            if (!(token.isOperator("*") || token.isOperator("/") || token.isOperator("//") || token.isOperator("%"))) {
                return left;
            }
            tokens.next();
            left = new Expression.Binary(token.text(), left, power());
        }
    }

    private Expression power() {
        var left = unary(true);
        while (tokens.skipOperator("**")) {
            left = new Expression.Binary("**", left, unary(true));
        }
        return left;
    }

    private Expression unary(boolean filters) {
        tokens.enter();
        Expression value;
        if (tokens.current().isOperator("-") || tokens.current().isOperator("+")) {
            boolean negative = tokens.next().text().equals("-");
            value = new Expression.Signed(negative, unary(false));
        } else {
            value = primary();
        }
        value = postfix(value);
        tokens.leave();
        return filters ? filters(value) : value;
    }

    private Expression postfix(Expression start) {
        var value = start;
        while (true) {
            if (tokens.skipOperator(".")) {
                value = tokens.current().kind() == Kind.INTEGER
                        ? new Expression.Item(
                                value,
                                new Expression.Literal(integer(tokens.next().text())))
                        : new Expression.Attribute(value, tokens.expectName());
            } else if (tokens.skipOperator("[")) {
                value = subscript(value);
            } else if (tokens.current().isOperator("(")) {
                value = new Expression.Call(value, given());
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression target) {
        var start = tokens.current().isOperator(":") ? Optional.<Expression>empty() : Optional.of(expression());
        if (tokens.skipOperator("]")) {
            return new Expression.Item(target, start.orElseThrow());
        }
        tokens.expectOperator(":");
        var stop = bound();
        var step = tokens.skipOperator(":") ? bound() : Optional.<Expression>empty();
        tokens.expectOperator("]");
        return new Expression.Slice(target, start, stop, step);
    }

    private Optional<Expression> bound() {
        return tokens.current().isOperator(":") || tokens.current().isOperator("]")
                ? Optional.empty()
                : Optional.of(expression());
    }

    /** Filters and tests that follow a value. */
    private Expression filters(Expression start) {
        var value = start;
        while (true) {
            if (tokens.skipOperator("|")) {
                value = new Expression.Filter(value, dottedName(), optionalGiven());
            } else if (tokens.skipName("is")) {
                boolean negated = tokens.skipName("not");
                var name = dottedName();
                var test = new Expression.Test(value, name, testGiven());
                value = negated ? new Expression.Not(test) : test;
            } else if (tokens.current().isOperator("(")) {
                value = new Expression.Call(value, given());
            } else {
                return value;
            }
        }
    }

    private String dottedName() {
        var name = new StringBuilder(tokens.expectName());
        while (tokens.skipOperator(".")) {
            name.append('.').append(tokens.expectName());
        }
        return name.toString();
    }

    Given optionalGiven() {
        return tokens.current().isOperator("(") ? given() : Given.NOTHING;
    }

    private Given testGiven() {
        var token = tokens.current();
        if (token.isOperator("(")) {
            return given();
        }
        boolean argument = switch (token.kind()) {
            case STRING, INTEGER, FLOAT -> true;
            case NAME -> !NO_ARGUMENT.contains(token.text());
            case OPERATOR -> token.text().equals("[") || token.text().equals("{");
            default -> false;
        };
        if (!argument) {
            return Given.NOTHING;
        }
        if (token.isName("is")) {
            throw new TemplateError("tests cannot be chained with is: write and between them");
        }
        return new Given(List.of(postfix(primary())), List.of());
    }

    private Given given() {
        tokens.expectOperator("(");
        var positional = new ArrayList<Expression>();
        var named = new ArrayList<Expression.Named>();
        while (!tokens.skipOperator(")")) {
            if (!positional.isEmpty() || !named.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.skipOperator(")")) {
                    break;
                }
            }
            if (tokens.current().isOperator("*") || tokens.current().isOperator("**")) {
                throw new TemplateError("arguments with * are not supported");
            }
            if (tokens.current().kind() == Kind.NAME && tokens.following().isOperator("=")) {
                var name = tokens.expectName();
                tokens.next();
                named.add(new Expression.Named(name, expression()));
            } else if (named.isEmpty()) {
                positional.add(expression());
            } else {
                throw new TemplateError("argument without a name after one with a name");
            }
        }
        return new Given(List.copyOf(positional), List.copyOf(named));
    }

    private Expression primary() {
        return switch (tokens.current().kind()) {
            case NAME -> named(tokens.next().text());
            case STRING -> {
                var text = new StringBuilder();
                while (tokens.current().kind() == Kind.STRING) {
                    text.append(tokens.next().text());
                }
                yield new Expression.Literal(text.toString());
            }
            case INTEGER -> new Expression.Literal(integer(tokens.next().text()));
            case FLOAT ->
                new Expression.Literal(Double.parseDouble(tokens.next().text()));
            default -> bracketed();
        };
    }

    private static Expression named(String name) {
        return switch (name) {
            case "true", "True" -> new Expression.Literal(true);
            case "false", "False" -> new Expression.Literal(false);
            case "none", "None" -> new Expression.Literal(None.NONE);
            default -> new Expression.Name(name);
        };
    }

    private Expression bracketed() {
        if (tokens.skipOperator("(")) {
            if (tokens.skipOperator(")")) {
                return new Expression.Items(List.of(), true);
            }
            var value = tuple();
            tokens.expectOperator(")");
            return value;
        }
        if (tokens.skipOperator("[")) {
            return list();
        }
        if (tokens.skipOperator("{")) {
            return dictionary();
        }
        throw tokens.expected("a value");
    }

    private Expression list() {
        var items = new ArrayList<Expression>();
        while (!tokens.skipOperator("]")) {
            if (!items.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.skipOperator("]")) {
                    break;
                }
            }
            items.add(expression());
        }
        return new Expression.Items(List.copyOf(items), false);
    }

    private Expression dictionary() {
        var entries = new ArrayList<Expression.Entry>();
        while (!tokens.skipOperator("}")) {
            if (!entries.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.skipOperator("}")) {
                    break;
                }
            }
            var key = expression();
            tokens.expectOperator(":");
            entries.add(new Expression.Entry(key, expression()));
        }
        return new Expression.Entries(List.copyOf(entries));
    }

    private static Long integer(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new TemplateError("number %s: too large, must be below 2^63".formatted(digits));
        }
    }
}

package dev.suffice.language.chat.template;

import dev.suffice.language.chat.template.Statement.Branch;
import dev.suffice.language.chat.template.Statement.NamedFilter;
import dev.suffice.language.chat.template.Statement.Parameter;
import dev.suffice.language.chat.template.Statement.Target;
import dev.suffice.language.chat.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Statements from a template's text. */
final class StatementParser {
    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private int loops;

    private StatementParser(TokenStream tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
    }

    /**
     * The statements of a template.
     *
     * @throws LocatedError if it is not one
     */
    static List<Statement> parse(String template) {
        var tokens = new TokenStream(Lexer.tokens(template));
        try {
            return new StatementParser(tokens).body("template", List.of());
        } catch (TemplateError e) {
            throw new LocatedError(tokens.current().line(), e);
        }
    }

    /** Statements up to a tag that ends them, whose name is the current token then; without any such tag, up to the end. */
    private List<Statement> body(String block, List<String> ends) {
        tokens.enter();
        var statements = new ArrayList<Statement>();
        while (true) {
            var token = tokens.next();
            switch (token.kind()) {
                case DATA -> statements.add(new Statement.Data(token.text(), token.line()));
                case VARIABLE_BEGIN -> {
                    statements.add(new Statement.Output(expressions.tuple(), token.line()));
                    tokens.expect(Kind.VARIABLE_END);
                }
                case BLOCK_BEGIN -> {
                    if (ends.contains(tokens.current().text())) {
                        tokens.leave();
                        return List.copyOf(statements);
                    }
                    statements.add(block(token.line()));
                }
                default -> {
                    if (!ends.isEmpty()) {
                        throw new TemplateError("block %s is never closed: {%% %s %%} expected"
                                .formatted(block, String.join(" %} or {% ", ends)));
                    }
                    tokens.leave();
                    return List.copyOf(statements);
                }
            }
        }
    }

    /** The body of a block up to its one end. */
    private List<Statement> bodyTo(String block) {
        var end = "end" + block;
        var statements = body(block, List.of(end));
        tokens.next();
        tokens.expect(Kind.BLOCK_END);
        return statements;
    }

    private Statement block(int line) {
        var tag = tokens.expectName();
        return switch (tag) {
            case "if" -> conditional(line);
            case "for" -> loop(line);
            case "set" -> set(line);
            case "macro" -> macro(line);
            case "filter" -> {
                var filters = new ArrayList<NamedFilter>();
                filters.add(namedFilter());
                moreFilters(filters);
                tokens.expect(Kind.BLOCK_END);
                yield new Statement.FilterBlock(filters, bodyTo("filter"), line);
            }
            case "with" -> with(line);
            case "generation" -> {
                tokens.expect(Kind.BLOCK_END);
                yield new Statement.With(List.of(), bodyTo("generation"), line);
            }
            case "break", "continue" -> {
                if (loops == 0) {
                    throw new TemplateError("%s outside of a loop".formatted(tag));
                }
                tokens.expect(Kind.BLOCK_END);
                yield tag.equals("break") ? new Statement.Break(line) : new Statement.Continue(line);
            }
            default ->
                throw new TemplateError(
                        "tag %s: not supported here; if, for, set, macro, filter, with, generation, raw, break, continue are"
                                .formatted(tag));
        };
    }

    private Statement conditional(int line) {
        var branches = new ArrayList<Branch>();
        var otherwise = List.<Statement>of();
        int start = line;
        while (true) {
            var condition = expressions.withoutCondition();
            tokens.expect(Kind.BLOCK_END);
            branches.add(new Branch(condition, body("if", List.of("elif", "else", "endif")), start));
            start = tokens.current().line();
            if (!tokens.skipName("elif")) {
                break;
            }
        }
        if (tokens.skipName("else")) {
            tokens.expect(Kind.BLOCK_END);
            otherwise = bodyTo("if");
        } else {
            tokens.next();
            tokens.expect(Kind.BLOCK_END);
        }
        return new Statement.If(List.copyOf(branches), otherwise, line);
    }

    private Statement loop(int line) {
        var target = targets();
        if (!tokens.skipName("in")) {
            throw tokens.expected("in");
        }
        var values = expressions.withoutCondition();
        var condition = tokens.skipName("if") ? Optional.of(expressions.expression()) : Optional.<Expression>empty();
        if (tokens.current().isName("recursive")) {
            throw new TemplateError("recursive loops are not supported: write a macro that calls itself");
        }
        tokens.expect(Kind.BLOCK_END);
        loops++;
        var body = body("for", List.of("else", "endfor"));
        loops--;
        var otherwise = List.<Statement>of();
        if (tokens.skipName("else")) {
            tokens.expect(Kind.BLOCK_END);
            otherwise = bodyTo("for");
        } else {
            tokens.next();
            tokens.expect(Kind.BLOCK_END);
        }
        return new Statement.For(target, values, condition, body, otherwise, line);
    }

    private Target targets() {
        var first = target();
        if (!tokens.current().isOperator(",")) {
            return first;
        }
        var targets = new ArrayList<Target>();
        targets.add(first);
        while (tokens.skipOperator(",")) {
            targets.add(target());
        }
        return new Target.Several(List.copyOf(targets));
    }

    private Target target() {
        if (tokens.skipOperator("(")) {
            tokens.enter();
            var inner = targets();
            tokens.expectOperator(")");
            tokens.leave();
            return inner;
        }
        var name = tokens.expectName();
        return tokens.skipOperator(".") ? new Target.Member(name, tokens.expectName()) : new Target.Variable(name);
    }

    private Statement set(int line) {
        var target = targets();
        if (tokens.skipOperator("=")) {
            var value = expressions.tuple();
            tokens.expect(Kind.BLOCK_END);
            return new Statement.Set(target, value, line);
        }
        var filters = new ArrayList<NamedFilter>();
        moreFilters(filters);
        tokens.expect(Kind.BLOCK_END);
        return new Statement.SetBlock(target, List.copyOf(filters), bodyTo("set"), line);
    }

    private NamedFilter namedFilter() {
        return new NamedFilter(tokens.expectName(), expressions.optionalGiven());
    }

    private void moreFilters(List<NamedFilter> filters) {
        while (tokens.skipOperator("|")) {
            filters.add(namedFilter());
        }
    }

    private Statement with(int line) {
        var variables = new ArrayList<Expression.Named>();
        while (tokens.current().kind() == Kind.NAME) {
            var name = tokens.expectName();
            tokens.expectOperator("=");
            variables.add(new Expression.Named(name, expressions.expression()));
            if (!tokens.skipOperator(",")) {
                break;
            }
        }
        tokens.expect(Kind.BLOCK_END);
        return new Statement.With(List.copyOf(variables), bodyTo("with"), line);
    }

    private Statement macro(int line) {
        var name = tokens.expectName();
        var parameters = new ArrayList<Parameter>();
        tokens.expectOperator("(");
        while (!tokens.skipOperator(")")) {
            if (!parameters.isEmpty()) {
                tokens.expectOperator(",");
            }
            var parameter = tokens.expectName();
            parameters.add(new Parameter(
                    parameter, tokens.skipOperator("=") ? Optional.of(expressions.expression()) : Optional.empty()));
        }
        tokens.expect(Kind.BLOCK_END);
        int outer = loops;
        loops = 0;
        var body = bodyTo("macro");
        loops = outer;
        return new Statement.Macro(name, List.copyOf(parameters), body, line);
    }
}

package dev.suffice.language.chat.template;

import java.util.List;
import java.util.Optional;

/** What a template does. Each knows its line, for errors. */
sealed interface Statement {
    /** From 1. */
    int line();

    /** Text that is written as it is. */
    record Data(String text, int line) implements Statement {}

    /** {@code {{ value }}}. */
    record Output(Expression value, int line) implements Statement {}

    /** {@code {% if %}}, {@code {% elif %}}, {@code {% else %}}: the first branch whose condition holds. */
    record If(List<Branch> branches, List<Statement> otherwise, int line) implements Statement {}

    /** A condition and what it leads to. */
    record Branch(Expression condition, List<Statement> body, int line) {}

    /** {@code {% for target in values if condition %}}. */
    record For(
            Target target,
            Expression values,
            Optional<Expression> condition,
            List<Statement> body,
            List<Statement> otherwise,
            int line)
            implements Statement {}

    /** {@code {% set target = value %}}. */
    record Set(Target target, Expression value, int line) implements Statement {}

    /** {@code {% set target | filter %}...{% endset %}}: the text of the body. */
    record SetBlock(Target target, List<NamedFilter> filters, List<Statement> body, int line) implements Statement {}

    /** {@code {% filter name %}...{% endfilter %}}. */
    record FilterBlock(List<NamedFilter> filters, List<Statement> body, int line) implements Statement {}

    /** A filter that is applied to the text of a block. */
    record NamedFilter(String name, Expression.Given given) {}

    /** {@code {% with a = 1 %}...{% endwith %}}; also {@code {% generation %}}, which has no variables. */
    record With(List<Expression.Named> variables, List<Statement> body, int line) implements Statement {}

    /** {@code {% macro name(parameters) %}...{% endmacro %}}. */
    record Macro(String name, List<Parameter> parameters, List<Statement> body, int line) implements Statement {}

    /** A parameter of a macro. */
    record Parameter(String name, Optional<Expression> otherwise) {}

    /** {@code {% break %}}. */
    record Break(int line) implements Statement {}

    /** {@code {% continue %}}. */
    record Continue(int line) implements Statement {}

    /** Where a value goes. */
    sealed interface Target {
        /** A variable. */
        record Variable(String name) implements Target {}

        /** An attribute of a {@code namespace()}. */
        record Member(String namespace, String name) implements Target {}

        /** Several at once. */
        record Several(List<Target> targets) implements Target {}
    }
}

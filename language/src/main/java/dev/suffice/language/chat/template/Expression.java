package dev.suffice.language.chat.template;

import java.util.List;
import java.util.Optional;

/** What has a value. */
sealed interface Expression {
    /** A value written down. */
    record Literal(Object value) implements Expression {}

    /** A variable. */
    record Name(String name) implements Expression {}

    /** A list or a tuple; they are told apart only in Python's own notation. */
    record Items(List<Expression> items, boolean tuple) implements Expression {}

    /** A dictionary. */
    record Entries(List<Entry> entries) implements Expression {}

    /** A key with its value. */
    record Entry(Expression key, Expression value) {}

    /** {@code target.name}. */
    record Attribute(Expression target, String name) implements Expression {}

    /** {@code target[index]}. */
    record Item(Expression target, Expression index) implements Expression {}

    /** {@code target[start:stop:step]}. */
    record Slice(Expression target, Optional<Expression> start, Optional<Expression> stop, Optional<Expression> step)
            implements Expression {}

    /** {@code target(...)}. */
    record Call(Expression target, Given given) implements Expression {}

    /** {@code target | name(...)}. */
    record Filter(Expression target, String name, Given given) implements Expression {}

    /** {@code target is name(...)}. */
    record Test(Expression target, String name, Given given) implements Expression {}

    /** Arguments of a call. */
    record Given(List<Expression> positional, List<Named> named) {
        static final Given NOTHING = new Given(List.of(), List.of());
    }

    /** {@code name=value}. */
    record Named(String name, Expression value) {}

    /** {@code -x}, {@code +x}. */
    record Signed(boolean negative, Expression operand) implements Expression {}

    /** {@code not x}. */
    record Not(Expression operand) implements Expression {}

    /** Arithmetic: {@code + - * / // % **}, and {@code ~} for texts. */
    record Binary(String operator, Expression left, Expression right) implements Expression {}

    /** {@code a < b <= c}, also {@code in} and {@code not in}. */
    record Comparison(Expression first, List<Compared> others) implements Expression {}

    /** An operator of a comparison with what follows it. */
    record Compared(String operator, Expression value) {}

    /** {@code a and b}: the first that is false, or the last. */
    record And(Expression left, Expression right) implements Expression {}

    /** {@code a or b}: the first that is true, or the last. */
    record Or(Expression left, Expression right) implements Expression {}

    /** {@code value if condition else otherwise}. */
    record Conditional(Expression value, Expression condition, Optional<Expression> otherwise) implements Expression {}
}

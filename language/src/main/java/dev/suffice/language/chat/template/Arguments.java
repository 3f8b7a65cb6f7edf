package dev.suffice.language.chat.template;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a function was called with.
 *
 * @param name how the function is called, for errors
 * @param budget what it may spend
 */
record Arguments(String name, List<Object> positional, Map<String, Object> named, Budget budget) {
    /** An argument by its place or its name. */
    Optional<Object> find(int place, String argument) {
        return place < positional.size()
                ? Optional.of(positional.get(place))
                : Optional.ofNullable(named.get(argument));
    }

    /** One that has to be there. */
    Object get(int place, String argument) {
        return find(place, argument)
                .orElseThrow(() -> new TemplateError("%s: argument %s is missing".formatted(name, argument)));
    }

    /** One that is a text. */
    String text(int place, String argument) {
        if (get(place, argument) instanceof String text) {
            return text;
        }
        throw new TemplateError("%s: argument %s must be a string".formatted(name, argument));
    }

    /** One that is a text, or absent or none. */
    Optional<String> optionalText(int place, String argument) {
        return find(place, argument).filter(value -> value != None.NONE).map(value -> text(place, argument));
    }

    /** One that is a whole number. */
    long integer(int place, String argument, long otherwise) {
        return find(place, argument)
                .map(value -> {
                    if (value instanceof Long number) {
                        return number;
                    }
                    throw new TemplateError("%s: argument %s must be a whole number".formatted(name, argument));
                })
                .orElse(otherwise);
    }

    /** One that is true or false. */
    boolean flag(int place, String argument, boolean otherwise) {
        return find(place, argument).map(Values::isTrue).orElse(otherwise);
    }

    /** Refuses more arguments than a function has. */
    void atMost(int count) {
        if (positional.size() > count) {
            throw new TemplateError("%s: takes not more than %d arguments".formatted(name, count));
        }
    }

    /** The arguments after the first ones, for a function that passes them on. */
    Arguments after(int count, String function) {
        return new Arguments(
                function, positional.subList(Math.min(count, positional.size()), positional.size()), named, budget);
    }
}

package dev.suffice.language.chat.template;

import java.util.List;

/** The variable {@code loop}: where a loop is. */
final class LoopVariable {
    private final List<Object> values;
    private final int depth;
    private int index;
    private List<Object> changing = List.of();

    LoopVariable(List<Object> values, int depth) {
        this.values = values;
        this.depth = depth;
    }

    void at(int position) {
        index = position;
    }

    int depth() {
        return depth;
    }

    Object attribute(String name) {
        int count = values.size();
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) count - index;
            case "revindex0" -> (long) count - index - 1;
            case "first" -> index == 0;
            case "last" -> index == count - 1;
            case "length" -> (long) count;
            case "depth" -> depth + 1L;
            case "depth0" -> (long) depth;
            case "previtem" -> index > 0 ? values.get(index - 1) : new Undefined("there is no previous item");
            case "nextitem" -> index + 1 < count ? values.get(index + 1) : new Undefined("there is no next item");
            case "cycle" -> (Function) this::cycle;
            case "changed" -> (Function) this::changed;
            default -> new Undefined("'loop' has no attribute '%s'".formatted(name));
        };
    }

    private Object cycle(Arguments arguments) {
        var positional = arguments.positional();
        if (positional.isEmpty()) {
            throw new TemplateError("loop.cycle: no values to take turns");
        }
        return positional.get(index % positional.size());
    }

    private Object changed(Arguments arguments) {
        boolean same = !changing.isEmpty() && Comparisons.equal(changing, arguments.positional(), arguments.budget());
        changing = List.copyOf(arguments.positional());
        return !same;
    }
}

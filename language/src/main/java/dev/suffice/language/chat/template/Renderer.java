package dev.suffice.language.chat.template;

import dev.suffice.language.chat.template.Statement.NamedFilter;
import dev.suffice.language.chat.template.Statement.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs a template once. Not thread-safe. */
final class Renderer {
    /** Most characters of a result. */
    private static final int LONGEST = 1 << 20;

    private final Budget budget = new Budget();
    private final Evaluator evaluator = new Evaluator(budget);
    private int line = 1;
    private int loops;

    /** How a body ended. */
    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    /** The line that is being run, or was when it failed. */
    int line() {
        return line;
    }

    String render(List<Statement> template, Scope scope) {
        return text(template, scope);
    }

    private String text(List<Statement> body, Scope scope) {
        var out = new StringBuilder();
        run(body, scope, out);
        return out.toString();
    }

    private Flow run(List<Statement> body, Scope scope, StringBuilder out) {
        budget.enter();
        var flow = Flow.ON;
        for (var statement : body) {
            flow = run(statement, scope, out);
            if (flow != Flow.ON) {
                break;
            }
        }
        budget.leave();
        return flow;
    }

    private void write(String text, StringBuilder out) {
        budget.spend(text.length());
        if (out.length() + text.length() > LONGEST) {
            throw new TemplateError("text longer than %d characters".formatted(LONGEST));
        }
        out.append(text);
    }

    private Flow run(Statement statement, Scope scope, StringBuilder out) {
        line = statement.line();
        switch (statement) {
            case Statement.Data data -> write(data.text(), out);
            case Statement.Output output -> write(PythonText.str(evaluator.value(output.value(), scope), budget), out);
            case Statement.If conditional -> {
                return run(chosen(conditional, scope), scope, out);
            }
            case Statement.For loop -> loop(loop, scope, out);
            case Statement.Set set -> assign(set.target(), evaluator.value(set.value(), scope), scope);
            case Statement.SetBlock block ->
                assign(block.target(), filtered(text(block.body(), new Scope(scope)), block.filters(), scope), scope);
            case Statement.FilterBlock block -> {
                var filtered = filtered(text(block.body(), new Scope(scope)), block.filters(), scope);
                write(PythonText.str(filtered, budget), out);
            }
            case Statement.With with -> {
                var inner = new Scope(scope);
                for (var variable : with.variables()) {
                    inner.set(variable.name(), evaluator.value(variable.value(), scope));
                }
                return run(with.body(), inner, out);
            }
            case Statement.Macro macro -> scope.set(macro.name(), (Function) given -> call(macro, given, scope));
            case Statement.Break _ -> {
                return Flow.BREAK;
            }
            case Statement.Continue _ -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.ON;
    }

    private List<Statement> chosen(Statement.If conditional, Scope scope) {
        for (var branch : conditional.branches()) {
            line = branch.line();
            if (evaluator.isTrue(branch.condition(), scope)) {
                return branch.body();
            }
        }
        return conditional.otherwise();
    }

    private Object filtered(String text, List<NamedFilter> filters, Scope scope) {
        Object value = text;
        for (var filter : filters) {
            value = Filters.apply(
                    filter.name(), evaluator.arguments(filter.name(), Optional.of(value), filter.given(), scope));
        }
        return value;
    }

    private void loop(Statement.For loop, Scope scope, StringBuilder out) {
        var values = Values.items(evaluator.value(loop.values(), scope), budget);
        if (loop.condition().isPresent()) {
            var kept = new ArrayList<Object>();
            for (var value : values) {
                var inner = new Scope(scope);
                assign(loop.target(), value, inner);
                if (evaluator.isTrue(loop.condition().get(), inner)) {
                    kept.add(value);
                }
            }
            values = kept;
        }
        if (values.isEmpty()) {
            run(loop.otherwise(), scope, out);
            return;
        }
        var variable = new LoopVariable(values, loops++);
        for (int i = 0; i < values.size(); i++) {
            variable.at(i);
            var inner = new Scope(scope);
            inner.set("loop", variable);
            assign(loop.target(), values.get(i), inner);
            if (run(loop.body(), inner, out) == Flow.BREAK) {
                break;
            }
        }
        loops--;
    }

    private void assign(Target target, Object value, Scope scope) {
        switch (target) {
            case Target.Variable(var name) -> scope.set(name, value);
            case Target.Member(var namespace, var name) -> {
                if (!(scope.get(namespace) instanceof Namespace members)) {
                    throw new TemplateError(
                            "cannot assign attribute %s on non-namespace object %s".formatted(name, namespace));
                }
                members.members().put(name, value);
            }
            case Target.Several(var targets) -> {
                var values = Values.items(value, budget);
                if (values.size() != targets.size()) {
                    throw new TemplateError("%d values for %d names".formatted(values.size(), targets.size()));
                }
                for (int i = 0; i < targets.size(); i++) {
                    assign(targets.get(i), values.get(i), scope);
                }
            }
        }
    }

    private Object call(Statement.Macro macro, Arguments given, Scope outer) {
        var parameters = macro.parameters();
        if (given.positional().size() > parameters.size()) {
            throw new TemplateError(
                    "macro '%s' takes not more than %d argument(s)".formatted(macro.name(), parameters.size()));
        }
        for (var name : given.named().keySet()) {
            if (parameters.stream().noneMatch(parameter -> parameter.name().equals(name))) {
                throw new TemplateError("macro '%s' has no parameter '%s'".formatted(macro.name(), name));
            }
        }
        int called = line;
        var scope = new Scope(outer);
        for (int i = 0; i < parameters.size(); i++) {
            var parameter = parameters.get(i);
            var argument = given.find(i, parameter.name());
            Object value = argument.isPresent()
                    ? argument.get()
                    : parameter.otherwise().isPresent()
                            ? evaluator.value(parameter.otherwise().get(), scope)
                            : new Undefined("parameter '%s' was not provided".formatted(parameter.name()));
            scope.set(parameter.name(), value);
        }
        var text = text(macro.body(), scope);
        line = called;
        return text;
    }
}

package dev.suffice.language.chat.template;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/** Functions that every template can call. */
final class Globals {
    private static final long RANGE = 100_000;

    private Globals() {}

    static Scope scope(Clock clock) {
        var scope = new Scope(null);
        scope.set("raise_exception", (Function) given -> {
            throw TemplateError.refusal(PythonText.str(given.get(0, "message"), given.budget()));
        });
        scope.set("strftime_now", (Function) given ->
                Strftime.format(ZonedDateTime.now(clock), given.budget().text(given.text(0, "format"))));
        scope.set("range", (Function) Globals::range);
        scope.set("dict", (Function) given -> new LinkedHashMap<Object, Object>(start(given, "dict")));
        scope.set("namespace", (Function) given -> new Namespace(start(given, "namespace")));
        return scope;
    }

    private static Map<String, Object> start(Arguments given, String name) {
        var start = new LinkedHashMap<String, Object>();
        given.atMost(1);
        given.find(0, "").ifPresent(first -> {
            if (!(first instanceof Map<?, ?> map)) {
                throw new TemplateError("%s: argument must be a dictionary".formatted(name));
            }
            map.forEach((key, value) -> start.put(PythonText.str(key, given.budget()), value));
        });
        start.putAll(given.named());
        return start;
    }

    private static Object range(Arguments given) {
        given.atMost(3);
        boolean one = given.positional().size() == 1;
        long from = one ? 0 : given.integer(0, "start", 0);
        long to = given.integer(one ? 0 : 1, "stop", 0);
        long step = given.integer(2, "step", 1);
        if (step == 0) {
            throw new TemplateError("range: step must not be zero");
        }
        var numbers = new ArrayList<Object>();
        for (long i = from; step > 0 ? i < to : i > to; i = Math.addExact(i, step)) {
            if (numbers.size() == RANGE) {
                throw new TemplateError("range: more than %d numbers".formatted(RANGE));
            }
            given.budget().spend(1);
            numbers.add(i);
        }
        return numbers;
    }
}

package dev.suffice.language.chat.template;

import java.util.List;
import java.util.Map;

/** What can stand after {@code is}. The value that is tested is the first argument. */
final class Tests {
    private Tests() {}

    static boolean holds(String name, Arguments given) {
        var value = given.get(0, "value");
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == None.NONE;
            case "string" -> value instanceof String;
            case "number" -> Values.isNumber(value);
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "boolean" -> value instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "mapping" -> value instanceof Map<?, ?>;
            case "sequence", "iterable" ->
                value instanceof List<?>
                        || value instanceof Map<?, ?>
                        || value instanceof String
                        || value instanceof Undefined;
            case "callable" -> value instanceof Function;
            case "odd" -> Comparisons.equal(Operators.apply("%", value, 2L, given.budget()), 1L, given.budget());
            case "even" -> Comparisons.equal(Operators.apply("%", value, 2L, given.budget()), 0L, given.budget());
            case "divisibleby" ->
                Comparisons.equal(Operators.apply("%", value, given.get(1, "num"), given.budget()), 0L, given.budget());
            case "eq", "equalto", "==" -> Comparisons.equal(value, given.get(1, "other"), given.budget());
            case "ne", "!=" -> !Comparisons.equal(value, given.get(1, "other"), given.budget());
            case "lt", "lessthan", "<" -> order(given, "<") < 0;
            case "le", "<=" -> order(given, "<=") <= 0;
            case "gt", "greaterthan", ">" -> order(given, ">") > 0;
            case "ge", ">=" -> order(given, ">=") >= 0;
            case "in" -> Comparisons.contains(given.get(1, "seq"), value, given.budget());
            case "sameas" ->
                Values.type(value).equals(Values.type(given.get(1, "other")))
                        && Comparisons.equal(value, given.get(1, "other"), given.budget());
            case "lower", "upper" ->
                Values.isTrue(StringMethods.find(PythonText.str(value, given.budget()), "is" + name)
                        .orElseThrow()
                        .call(given));
            default -> throw new TemplateError("no test named '%s'".formatted(name));
        };
    }

    private static int order(Arguments given, String operator) {
        return Comparisons.compare(given.get(0, "value"), given.get(1, "other"), operator, given.budget());
    }
}

package dev.suffice.classify.data;

import dev.suffice.core.InvalidRequestException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A JSON object a line. Labels are texts or numbers. All lines have the same kind of content. Empty lines are passed over. */
record JsonLines() implements TextFormat {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    @Override
    public void read(TextLines lines, Columns columns, Consumer<Row> rows) throws IOException {
        Optional<Labelled> first = Optional.empty();
        for (var line = lines.next(); line.isPresent(); line = lines.next()) {
            if (line.get().isBlank()) {
                continue;
            }
            var content = content(lines, line.get(), columns);
            if (first.isPresent() && first.get().getClass() != content.getClass()) {
                throw lines.failure("%s, but the file begins with %s; make two files of it"
                        .formatted(kind(content), kind(first.get())));
            }
            first = Optional.of(content);
            rows.accept(new Row(lines.number(), content));
        }
    }

    private static Labelled content(TextLines lines, String line, Columns columns) {
        try {
            return content(line, columns);
        } catch (InvalidRequestException e) {
            throw lines.failure(lines.number(), e);
        }
    }

    private static Labelled content(String line, Columns columns) {
        var object = object(line);
        var known = columns instanceof Columns.Usual
                ? UsualNames.among(List.copyOf(object.propertyNames()))
                        .orElseThrow(() -> new InvalidRequestException(
                                "fields %s: must have %s, or tokens and labels; or name the columns (--columns)"
                                        .formatted(String.join(", ", object.propertyNames()), UsualNames.known())))
                : columns;
        return new Properties(object).content(known);
    }

    private static JsonNode object(String line) {
        try {
            var node = JSON.readTree(line);
            if (!node.isObject()) {
                throw new InvalidRequestException(
                        "not a JSON object; must be like {\"text\": \"...\", \"label\": \"...\"}, one a line");
            }
            return node;
        } catch (JacksonException e) {
            throw new InvalidRequestException(
                    "not a JSON object (%s); must be one a line".formatted(e.getOriginalMessage()));
        }
    }

    private static String kind(Labelled content) {
        return switch (content) {
            case LabelledText _ -> "one text";
            case LabelledPair _ -> "a pair of texts";
            case LabelledTokens _ -> "tokens";
        };
    }

    private record Properties(JsonNode object) implements Fields {
        @Override
        public String text(String name) {
            return string(name, field(name));
        }

        @Override
        public String label(String name) {
            return labelled(name, field(name));
        }

        @Override
        public List<String> tokens(String name) {
            return list(name).valueStream().map(token -> string(name, token)).toList();
        }

        @Override
        public List<String> labels(String name) {
            return list(name).valueStream().map(label -> labelled(name, label)).toList();
        }

        private JsonNode field(String name) {
            var field = object.path(name);
            if (field.isMissingNode() || field.isNull()) {
                throw new InvalidRequestException(
                        "field %s: missing; there are %s".formatted(name, String.join(", ", object.propertyNames())));
            }
            return field;
        }

        private JsonNode list(String name) {
            var field = field(name);
            if (!field.isArray()) {
                throw new InvalidRequestException("field %s: must be a list".formatted(name));
            }
            return field;
        }

        private static String string(String name, JsonNode value) {
            if (!value.isString()) {
                throw new InvalidRequestException("field %s: must be a text in quotes".formatted(name));
            }
            return value.stringValue();
        }

        /** Whole numbers have no decimal point, however they are written. */
        private static String labelled(String name, JsonNode value) {
            if (value.isString()) {
                return value.stringValue().strip();
            }
            double number = value.isNumber() ? value.doubleValue() : Double.NaN;
            if (!Double.isFinite(number)) {
                throw new InvalidRequestException("field %s: must be a text or a number".formatted(name));
            }
            return number == Math.rint(number) && Math.abs(number) < 1e15
                    ? Long.toString((long) number)
                    : Double.toString(number);
        }
    }
}

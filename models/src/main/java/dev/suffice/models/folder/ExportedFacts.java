package dev.suffice.models.folder;

import dev.suffice.engine.ElementType;
import dev.suffice.engine.onnx.OnnxType;
import dev.suffice.engine.onnx.ProtoException;
import dev.suffice.engine.onnx.ProtoReader;
import dev.suffice.models.ModelException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What can be told of an exported network from its file, without an engine.
 *
 * @param format ONNX or OpenVINO
 * @param language whether it reads tokens
 * @param past whether it takes keys and values of the tokens before
 * @param state whether it keeps them itself
 * @param constants bytes of its constants by their type
 * @param parameters numbers among these; -1 if some are packed in other types
 */
record ExportedFacts(
        String format,
        boolean language,
        boolean past,
        boolean state,
        Map<ElementType, Long> constants,
        long parameters) {
    private static final String TOKENS = "input_ids";
    private static final String PAST = "past_key_values.";
    private static final int MAX_RANK = 8;

    /** How OpenVINO's format writes the types that weights have. */
    private static final Map<String, ElementType> OPENVINO_TYPES = Map.of(
            "f32", ElementType.FLOAT32,
            "f16", ElementType.FLOAT16,
            "bf16", ElementType.BFLOAT16,
            "u8", ElementType.UINT8,
            "i8", ElementType.INT8);

    /** Of the network in a folder, if there is one. */
    static Optional<ExportedFacts> of(Path folder) {
        var onnx = folder.resolve("model.onnx");
        var openvino = folder.resolve("openvino_model.xml");
        if (Files.isRegularFile(onnx)) {
            return Optional.of(onnx(onnx));
        }
        return Files.isRegularFile(openvino) ? Optional.of(openvino(openvino)) : Optional.empty();
    }

    /** In a line. */
    String text() {
        var kind = !language
                ? "network"
                : state
                        ? "language model that keeps its past as state"
                        : past
                                ? "language model with past"
                                : "language model without past, which reads the whole text in every pass";
        return "exported %s, %s".formatted(kind, format);
    }

    private static final class Counts {
        private final Map<ElementType, Long> bytes = new TreeMap<>();
        private long numbers;
        private boolean packed;
        private boolean language;
        private boolean past;
        private boolean state;

        void input(String name) {
            language |= name.equals(TOKENS);
            past |= name.startsWith(PAST);
        }

        void constant(Optional<ElementType> type, long elements, int rank) {
            // Other whole numbers are shapes and indices.
            type.filter(one -> isFloat(one) || (rank > 1 && one.byteSize() == 1 && one != ElementType.BOOL))
                    .ifPresent(one -> {
                        bytes.merge(one, elements * one.byteSize(), Long::sum);
                        packed |= !isFloat(one);
                        numbers += elements;
                    });
            packed |= type.isEmpty() && rank > 1;
        }

        private static boolean isFloat(ElementType type) {
            return type == ElementType.FLOAT32 || type == ElementType.FLOAT16 || type == ElementType.BFLOAT16;
        }

        ExportedFacts facts(String format) {
            return new ExportedFacts(format, language, past || state, state, bytes, packed ? -1 : numbers);
        }
    }

    private static ExportedFacts onnx(Path path) {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ);
                var arena = Arena.ofConfined()) {
            var file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            var counts = new Counts();
            var model = new ProtoReader(path.toString(), file, 0, file.byteSize());
            while (model.next()) {
                if (model.field() == 7 && model.wireType() == ProtoReader.BYTES) {
                    graph(model.message(), counts);
                } else {
                    model.skip();
                }
            }
            return counts.facts("ONNX");
        } catch (ProtoException e) {
            throw new ModelException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** GraphProto: 5 is a constant, 11 an input. */
    private static void graph(ProtoReader graph, Counts counts) {
        while (graph.next()) {
            switch (graph.field()) {
                case 5 -> tensor(graph.message(), counts);
                case 11 -> {
                    var input = graph.message();
                    while (input.next()) {
                        if (input.field() == 1) {
                            counts.input(input.text());
                        } else {
                            input.skip();
                        }
                    }
                }
                default -> graph.skip();
            }
        }
    }

    private static void tensor(ProtoReader tensor, Counts counts) {
        var sizes = new ArrayList<Long>();
        long type = 0;
        while (tensor.next()) {
            switch (tensor.field()) {
                case 1 -> tensor.numbers(sizes, MAX_RANK);
                case 2 -> type = tensor.number();
                default -> tensor.skip();
            }
        }
        counts.constant(OnnxType.of(type), product(sizes), sizes.size());
    }

    private static long product(Iterable<Long> sizes) {
        long product = 1;
        for (long size : sizes) {
            if (size < 0 || (size > 0 && product > Long.MAX_VALUE / size / Double.BYTES)) {
                return 0;
            }
            product *= size;
        }
        return product;
    }

    private static ExportedFacts openvino(Path path) {
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try (var stream = Files.newInputStream(path)) {
            var reader = factory.createXMLStreamReader(stream);
            var counts = new Counts();
            var type = "";
            while (reader.hasNext()) {
                if (reader.next() != XMLStreamConstants.START_ELEMENT) {
                    continue;
                }
                switch (reader.getLocalName()) {
                    case "layer" -> {
                        type = value(reader, "type");
                        counts.state |= type.equals("ReadValue");
                        if (type.equals("Parameter")) {
                            counts.input(value(reader, "name"));
                        }
                    }
                    case "port" -> {
                        if (type.equals("Parameter")) {
                            counts.input(value(reader, "names"));
                        }
                    }
                    case "data" -> {
                        if (type.equals("Const")) {
                            constant(reader, counts);
                        }
                    }
                    default -> {}
                }
            }
            return counts.facts("OpenVINO");
        } catch (XMLStreamException e) {
            throw new ModelException("%s: not XML that can be read: %s".formatted(path, e.getMessage()), e);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static void constant(XMLStreamReader data, Counts counts) {
        var type = value(data, "element_type");
        var shape = value(data, "shape");
        var sizes = new ArrayList<Long>();
        for (var size : shape.isBlank() ? new String[0] : shape.split(",", -1)) {
            sizes.add(size.strip().matches("\\d{1,18}") ? Long.parseLong(size.strip()) : 0L);
        }
        var known = Optional.ofNullable(OPENVINO_TYPES.get(type));
        boolean wholeNumber = type.startsWith("i") && known.isEmpty() && !type.equals("i4");
        counts.constant(known, product(sizes), wholeNumber ? 0 : sizes.size());
    }

    private static String value(XMLStreamReader reader, String attribute) {
        var value = reader.getAttributeValue(null, attribute);
        return value == null ? "" : value;
    }

    private static ModelException unreadable(Path path, IOException e) {
        return new ModelException("%s: cannot be read: %s".formatted(path, e.getMessage()), e);
    }
}

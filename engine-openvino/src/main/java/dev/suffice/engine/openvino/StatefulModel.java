package dev.suffice.engine.openvino;

import dev.suffice.engine.EngineException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLEventFactory;
import javax.xml.stream.XMLEventReader;
import javax.xml.stream.XMLEventWriter;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.events.StartElement;
import javax.xml.stream.events.XMLEvent;

/**
 * A model of OpenVINO's format that keeps state from one run to the next, as Optimum-Intel exports language models. Sessions have no state of their own, and the C library has no functions for that of a
 * model; so its variables become inputs and outputs: {@code ReadValue} a {@code Parameter}, {@code Assign} a {@code Result}. What a variable begins with is then the caller's to say. An input has the
 * name of the tensor that was read; an output what is behind it in the variable's name ({@code past_key_values.0.keypresent.0.key}), otherwise that name.
 */
final class StatefulModel {
    private static final QName ID = new QName("id");
    private static final QName TYPE = new QName("type");
    private static final QName VERSION = new QName("version");
    private static final QName NAMES = new QName("names");
    private static final QName VARIABLE = new QName("variable_id");
    private static final QName VARIABLE_TYPE = new QName("variable_type");
    private static final QName VARIABLE_SHAPE = new QName("variable_shape");
    private static final QName TO_LAYER = new QName("to-layer");
    private static final String READ = "ReadValue";
    private static final String ASSIGN = "Assign";

    /** Of {@code net}, {@code layers}, {@code layer}; others are within the bodies of loops. */
    private static final int LAYER = 3;

    private static final XMLInputFactory INPUT = input();
    private static final XMLOutputFactory OUTPUT = XMLOutputFactory.newDefaultFactory();
    private static final XMLEventFactory EVENTS = XMLEventFactory.newDefaultFactory();

    private final byte[] xml;

    /** What variables are read as, by their names. */
    private final Map<String, String> inputs = new LinkedHashMap<>();

    /** Layers that read them. */
    private final Set<String> reading = new HashSet<>();

    private StatefulModel(byte[] xml) {
        this.xml = xml;
    }

    private static XMLInputFactory input() {
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }

    /**
     * The model without state.
     *
     * @param xml of the model
     * @return nothing if it has none
     * @throws EngineException if it is damaged
     */
    static Optional<byte[]> withoutState(byte[] xml) {
        var model = new StatefulModel(xml);
        try {
            model.find();
            return model.reading.isEmpty() ? Optional.empty() : Optional.of(model.rewrite());
        } catch (XMLStreamException e) {
            throw new EngineException("not XML that can be read: %s".formatted(e.getMessage()), e);
        }
    }

    private XMLEventReader open() throws XMLStreamException {
        return INPUT.createXMLEventReader(new ByteArrayInputStream(xml));
    }

    private void find() throws XMLStreamException {
        var reader = open();
        int depth = 0;
        var read = false;
        var variable = "";
        while (reader.hasNext()) {
            var event = reader.nextEvent();
            if (event.isEndElement()) {
                depth--;
            } else if (event.isStartElement()) {
                depth++;
                var element = event.asStartElement();
                if (depth == LAYER && is(element, "layer")) {
                    read = value(element, TYPE).equals(READ);
                    if (read) {
                        reading.add(value(element, ID));
                    }
                } else if (read && is(element, "data")) {
                    variable = value(element, VARIABLE);
                    inputs.put(variable, variable);
                } else if (read && is(element, "port") && !value(element, NAMES).isEmpty()) {
                    inputs.put(variable, value(element, NAMES).split(",", -1)[0]);
                }
            }
        }
    }

    private byte[] rewrite() throws XMLStreamException {
        var bytes = new ByteArrayOutputStream(xml.length);
        var reader = open();
        var writer = OUTPUT.createXMLEventWriter(bytes, "UTF-8");
        int depth = 0;
        while (reader.hasNext()) {
            var event = reader.nextEvent();
            if (event.isEndElement()) {
                depth--;
            } else if (event.isStartElement()) {
                depth++;
                var element = event.asStartElement();
                var type = depth == LAYER && is(element, "layer") ? value(element, TYPE) : "";
                boolean edge = depth == LAYER && is(element, "edge");
                if (type.equals(READ) || type.equals(ASSIGN)) {
                    new Layer(element, reader, writer).write(type);
                    depth--;
                    continue;
                }
                if (edge && reading.contains(value(element, TO_LAYER))) {
                    skip(reader);
                    depth--;
                    continue;
                }
            }
            writer.add(event);
        }
        writer.close();
        return bytes.toByteArray();
    }

    /** A layer that is written as another. */
    private final class Layer {
        private final StartElement start;
        private final XMLEventReader reader;
        private final XMLEventWriter writer;

        Layer(StartElement start, XMLEventReader reader, XMLEventWriter writer) {
            this.start = start;
            this.reader = reader;
            this.writer = writer;
        }

        void write(String type) throws XMLStreamException {
            var layer = new LinkedHashMap<String, String>();
            start.getAttributes()
                    .forEachRemaining(one -> layer.put(one.getName().getLocalPart(), one.getValue()));
            layer.put(VERSION.getLocalPart(), "opset1");
            var first = reader.nextTag();
            if (!first.isStartElement() || !is(first.asStartElement(), "data")) {
                throw damaged("has no data");
            }
            var data = first.asStartElement();
            skip(reader);
            var name = value(data, VARIABLE);
            var input = inputs.get(name);
            if (input == null) {
                throw damaged("variable %s is assigned and never read".formatted(name));
            }
            if (type.equals(READ)) {
                layer.put(TYPE.getLocalPart(), "Parameter");
                element("layer", layer);
                parameter(data, input);
            } else {
                layer.put(TYPE.getLocalPart(), "Result");
                layer.put("output_names", output(name, input));
                element("layer", layer);
                copy("output", Map.of());
            }
        }

        private void parameter(StartElement data, String input) throws XMLStreamException {
            var type = value(data, VARIABLE_TYPE);
            if (type.isEmpty()) {
                throw damaged("variable %s has no type".formatted(input));
            }
            var described = new LinkedHashMap<String, String>();
            described.put("shape", value(data, VARIABLE_SHAPE));
            described.put("element_type", type);
            element("data", described);
            writer.add(EVENTS.createEndElement("", "", "data"));
            copy("input", Map.of("names", input));
        }

        private static String output(String variable, String input) {
            return variable.startsWith(input) && variable.length() > input.length()
                    ? variable.substring(input.length())
                    : variable + ".next";
        }

        /** The rest of the layer, without one of its parts. */
        private void copy(String without, Map<String, String> ofPort) throws XMLStreamException {
            int depth = 0;
            while (depth >= 0) {
                var event = reader.nextEvent();
                if (event.isStartElement()) {
                    var element = event.asStartElement();
                    if (is(element, without)) {
                        skip(reader);
                        continue;
                    }
                    depth++;
                    if (is(element, "port") && !ofPort.isEmpty()) {
                        var port = new LinkedHashMap<>(ofPort);
                        element.getAttributes()
                                .forEachRemaining(one -> port.put(one.getName().getLocalPart(), one.getValue()));
                        element("port", port);
                        continue;
                    }
                } else if (event.isEndElement()) {
                    depth--;
                }
                writer.add(event);
            }
        }

        private void element(String name, Map<String, String> attributes) throws XMLStreamException {
            var written = attributes.entrySet().stream()
                    .map(one -> EVENTS.createAttribute(one.getKey(), one.getValue()))
                    .iterator();
            writer.add(EVENTS.createStartElement("", "", name, written, Collections.emptyIterator()));
        }

        private EngineException damaged(String what) {
            return new EngineException("layer %s: %s".formatted(value(start, new QName("name")), what));
        }
    }

    /** Skips what is left of an element whose start was read. */
    private static void skip(XMLEventReader reader) throws XMLStreamException {
        for (int depth = 1; depth > 0; ) {
            XMLEvent event = reader.nextEvent();
            depth += event.isStartElement() ? 1 : event.isEndElement() ? -1 : 0;
        }
    }

    private static boolean is(StartElement element, String name) {
        return element.getName().getLocalPart().equals(name);
    }

    private static String value(StartElement element, QName attribute) {
        var found = element.getAttributeByName(attribute);
        return found == null ? "" : found.getValue();
    }
}

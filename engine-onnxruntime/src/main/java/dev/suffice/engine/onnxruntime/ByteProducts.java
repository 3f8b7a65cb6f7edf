package dev.suffice.engine.onnxruntime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.suffice.engine.GraphContent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Products of unsigned with signed bytes. On x86 processors without VNNI the library's fast ones cut sums of two off at 16 bits, which is wrong where matrices use all eight bits; then it has to
 * be told to compute with unsigned matrices, exactly and more slowly. Whether that is so is asked of the processor, once in a process. The system property {@value #FORCED} says that it is. Thread-safe.
 */
final class ByteProducts {
    static final String FORCED = "suffice.onnxruntime.unsigned";

    /** Operators with such products. */
    private static final List<String> OPERATORS =
            List.of("MatMulInteger", "QAttention", "QLinear", "QGemm", "DynamicQuantize", "ConvInteger");

    private static final int COLUMNS = 64;

    /** 255 x 127 x 64. */
    private static final int EXACT = 2_072_640;

    private ByteProducts() {}

    /** What the library has to be told for a graph. */
    static boolean unsigned(GraphContent content) {
        return has(content) && (Boolean.getBoolean(FORCED) || Measured.WRONG);
    }

    /** Whether there may be such products in it; of a model in a file it is not known. */
    private static boolean has(GraphContent content) {
        return switch (content) {
            case GraphContent.OnnxFile _, GraphContent.OpenVinoFile _ -> true;
            case GraphContent.OnnxBytes bytes -> {
                // As text of one byte a letter: the virtual machine searches it many times as fast as a buffer.
                var letters = new byte[bytes.model().remaining()];
                bytes.model().duplicate().get(letters);
                var text = new String(letters, StandardCharsets.ISO_8859_1);
                yield OPERATORS.stream().anyMatch(text::contains);
            }
        };
    }

    /** Measured when it is first needed. */
    private static final class Measured {
        static final boolean WRONG = measure();

        private static boolean measure() {
            var environment = OnnxRuntimeEngine.environment();
            var ones = ByteBuffer.allocateDirect(COLUMNS);
            while (ones.hasRemaining()) {
                ones.put((byte) 255);
            }
            try (var options = new OrtSession.SessionOptions();
                    var session = environment.createSession(model(), options);
                    var x = OnnxTensor.createTensor(
                            environment, ones.flip(), new long[] {1, COLUMNS}, OnnxJavaType.UINT8);
                    var made = session.run(Map.of("x", x))) {
                return Arrays.stream(((int[][]) made.get(0).getValue())[0]).anyMatch(sum -> sum != EXACT);
            } catch (OrtException e) {
                throw new IllegalStateException("onnxruntime: " + OnnxRuntimeEngine.message(e), e);
            }
        }

        private static byte[] model() {
            try (var in = ByteProducts.class.getResourceAsStream("byte_products.onnx")) {
                if (in == null) {
                    throw new IllegalStateException("byte_products.onnx: is missing in the library");
                }
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

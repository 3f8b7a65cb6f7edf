import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import java.util.Arrays;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** java-llama.cpp, as a peer of ./suffice bench peers: text, without drafts (its release knows drafts by another model only). */
public final class PeerJavaLlama implements PeerLoop.Peer {
    private LlamaModel model;

    public static void main(String[] arguments) throws Exception {
        PeerLoop.serve(new PeerJavaLlama());
    }

    @Override
    public Map<String, String> versions() {
        return Map.of("java-llama.cpp", LlamaModel.class.getProtectionDomain().getCodeSource().getLocation().getPath().replaceAll(".*llama-(.*)\\.jar", "$1"));
    }

    @Override
    public void load(JsonNode message) {
        if (model != null) {
            model.close();
        }
        int threads = message.path("threads").intValue();
        model = new LlamaModel(new ModelParameters().setModel(message.path("model").asString()).setThreads(threads).setThreadsBatch(threads).setCtxSize(4096));
    }

    @Override
    public ObjectNode run(JsonNode message) {
        // A prompt can only be given as text; its tokens are those of everyone else, or it is not the same work.
        var text = message.path("text").asString();
        var ids = message.path("ids").valueStream().mapToInt(JsonNode::intValue).toArray();
        if (!Arrays.equals(ids, model.encode(text))) {
            throw new IllegalStateException("its tokens of the prompt are others: " + Arrays.toString(model.encode(text)));
        }
        var parameters = new InferenceParameters(text).setTemperature(0).setNPredict(message.path("max_tokens").intValue()).setCachePrompt(false);
        long started = System.nanoTime();
        long first = 0;
        int heard = 0;
        var written = new StringBuilder();
        for (var output : model.generate(parameters)) {
            heard++;
            if (heard == 1) {
                first = System.nanoTime();
            }
            written.append(output.text);
        }
        long ended = System.nanoTime();
        var answer = PeerLoop.object().put("first_seconds", (first - started) / 1e9).put("seconds", (ended - first) / 1e9);
        var tokens = answer.putArray("tokens");
        int[] encoded = model.encode(written.toString());
        for (int token : encoded) {
            tokens.add(token);
        }
        // It gives text; the number of its pieces is that of the tokens, and the last may be the one that ends the answer.
        return answer.put("timed", Math.min(encoded.length, heard - 1));
    }
}

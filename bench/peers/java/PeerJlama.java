import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import com.github.tjake.jlama.util.PhysicalCoreExecutor;
import java.io.File;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** jlama, as a peer of ./suffice bench peers: text, with the same weights in single precision. */
public final class PeerJlama implements PeerLoop.Peer {
    private AbstractModel model;

    public static void main(String[] arguments) throws Exception {
        PeerLoop.serve(new PeerJlama());
    }

    @Override
    public Map<String, String> versions() {
        return Map.of("jlama", AbstractModel.class.getProtectionDomain().getCodeSource().getLocation().getPath().replaceAll(".*jlama-core-(.*)\\.jar", "$1"));
    }

    @Override
    public void load(JsonNode message) {
        if (model == null) {
            PhysicalCoreExecutor.overrideThreadCount(message.path("threads").intValue());
            // Activations in 8 bits are its usual choice beside quantised weights; these are not.
            model = ModelSupport.loadModel(new File(message.path("model").asString()), DType.F32, DType.F32);
        }
    }

    @Override
    public ObjectNode run(JsonNode message) {
        var text = message.path("text").asString();
        int asked = message.path("ids").size();
        var mark = new long[2];
        long started = System.nanoTime();
        var response = model.generate(UUID.randomUUID(), PromptContext.of(text), 0f, asked + message.path("max_tokens").intValue(), (_, _) -> {
            if (mark[1]++ == 0) {
                mark[0] = System.nanoTime();
            }
        });
        long ended = System.nanoTime();
        var answer = PeerLoop.object().put("first_seconds", (mark[0] - started) / 1e9).put("seconds", (ended - mark[0]) / 1e9);
        var tokens = answer.putArray("tokens");
        for (long token : model.getTokenizer().encode(response.responseText)) {
            tokens.add((int) token);
        }
        return answer.put("timed", Math.max(0, response.generatedTokens - 1));
    }
}

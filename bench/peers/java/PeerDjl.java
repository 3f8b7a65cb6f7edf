import ai.djl.Application;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** DJL with its engine for ONNX Runtime, as a peer of ./suffice bench peers: classify. */
public final class PeerDjl implements PeerLoop.Peer {
    private Predictor<String, Integer> predictor;

    public static void main(String[] arguments) throws Exception {
        PeerLoop.serve(new PeerDjl());
    }

    @Override
    public Map<String, String> versions() {
        return Map.of("djl", String.valueOf(ai.djl.engine.Engine.getDjlVersion()));
    }

    @Override
    public void load(JsonNode message) throws Exception {
        var folder = Path.of(message.path("model").asString());
        var tokenizer = HuggingFaceTokenizer.newInstance(folder.resolve("tokenizer.json"), Map.of("truncation", "true", "maxLength", "512", "padding", "false"));
        ZooModel<String, Integer> model = Criteria.builder()
                .optApplication(Application.NLP.TEXT_CLASSIFICATION)
                .setTypes(String.class, Integer.class)
                .optModelPath(folder.resolve("model.onnx"))
                .optEngine("OnnxRuntime")
                .optOption("intraOpNumThreads", Integer.toString(message.path("threads").intValue()))
                .optTranslator(new Classes(tokenizer))
                .build()
                .loadModel();
        predictor = model.newPredictor();
    }

    private record Classes(HuggingFaceTokenizer tokenizer) implements Translator<String, Integer> {
        @Override
        public NDList processInput(TranslatorContext context, String text) {
            var encoding = tokenizer.encode(text);
            var manager = context.getNDManager();
            var list = new NDList();
            var names = new String[] {"input_ids", "attention_mask", "token_type_ids"};
            var values = new long[][] {encoding.getIds(), encoding.getAttentionMask(), encoding.getTypeIds()};
            for (int i = 0; i < names.length; i++) {
                var array = manager.create(values[i]).expandDims(0);
                array.setName(names[i]);
                list.add(array);
            }
            return list;
        }

        @Override
        public Integer processOutput(TranslatorContext context, NDList list) {
            var logits = list.getFirst().toFloatArray();
            int best = 0;
            for (int i = 1; i < logits.length; i++) {
                best = logits[i] > logits[best] ? i : best;
            }
            return best;
        }

        @Override
        public Batchifier getBatchifier() {
            return null;
        }
    }

    @Override
    public ObjectNode run(JsonNode message) throws Exception {
        var texts = message.path("texts").valueStream().map(JsonNode::asString).toList();
        var said = new int[texts.size()];
        long started = System.nanoTime();
        for (int i = 0; i < said.length; i++) {
            said[i] = predictor.predict(texts.get(i));
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        var answer = PeerLoop.object().put("seconds", seconds);
        var labels = answer.putArray("labels");
        for (int one : said) {
            labels.add(one);
        }
        return answer;
    }
}

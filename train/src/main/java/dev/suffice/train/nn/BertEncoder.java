package dev.suffice.train.nn;

import dev.suffice.train.nn.Layers.LayerNorm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * transformers' {@code BertModel} (Devlin et al. 2019) without its pooler: learned positions, token types, layers that normalise after
 * each of their two parts. It gives the states after any of its layers. Its parameters have the names of transformers' checkpoints.
 *
 * <p>It is trained as a whole, or its own weights stay constant and adapters of low rank are trained beside its linear layers.
 * Dropout is for embeddings and for what a layer adds, not for attention's weights. Not thread-safe.
 */
public final class BertEncoder {
    /** The linear layers of a layer, as transformers names them, in their order. */
    public static final List<String> LINEAR = List.of(
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "intermediate.dense",
            "output.dense");

    private final BertConfig config;
    private final List<Weight> base = new ArrayList<>();
    private final Weight words;
    private final Weight positions;
    private final Weight types;
    private final LayerNorm norm;
    private final List<BertLayer> layers = new ArrayList<>();

    /** Where the encoder's own weights are declared. */
    private interface Base {
        Weight declare(String name, long... shape);
    }

    private BertEncoder(BertConfig config, Base declaring, Optional<LowRank> adapters, Parameters p) {
        this.config = config;
        Base kept = (name, shape) -> {
            Weight weight = declaring.declare(name, shape);
            base.add(weight);
            return weight;
        };
        int width = config.width();
        words = kept.declare("embeddings.word_embeddings.weight", config.vocabulary(), width);
        positions = kept.declare("embeddings.position_embeddings.weight", config.positions(), width);
        types = kept.declare("embeddings.token_type_embeddings.weight", config.types(), width);
        norm = norm(kept, "embeddings.LayerNorm");
        for (int i = 0; i < config.layers(); i++) {
            String name = "encoder.layer." + i + ".";
            var linear = new ArrayList<TunedLinear>();
            for (String part : LINEAR) {
                int in = part.equals("output.dense") ? config.innerWidth() : width;
                int out = part.equals("intermediate.dense") ? config.innerWidth() : width;
                linear.add(new TunedLinear(
                        kept.declare(name + part + ".weight", out, in),
                        kept.declare(name + part + ".bias", out),
                        adapters.map(rank -> TunedLinear.Adapter.declare(p, name + part, in, out, rank))));
            }
            layers.add(new BertLayer(
                    config.heads(),
                    linear.get(0),
                    linear.get(1),
                    linear.get(2),
                    linear.get(3),
                    norm(kept, name + "attention.output.LayerNorm"),
                    linear.get(4),
                    linear.get(5),
                    norm(kept, name + "output.LayerNorm")));
        }
    }

    private LayerNorm norm(Base kept, String name) {
        return new LayerNorm(
                kept.declare(name + ".weight", config.width()),
                kept.declare(name + ".bias", config.width()),
                config.width(),
                config.epsilon());
    }

    /** An encoder all of whose weights are trained; {@link #load} has to be called after {@code p} is allocated. */
    public static BertEncoder trained(Parameters p, BertConfig config) {
        return new BertEncoder(config, (name, shape) -> p.declare(name, Init.ZERO, 1, shape), Optional.empty(), p);
    }

    /** An encoder whose weights are constants, with adapters that are trained; {@link #load} has to be called before its use. */
    public static BertEncoder adapted(Parameters p, Constants constants, BertConfig config, LowRank adapters) {
        return new BertEncoder(config, constants::declare, Optional.of(adapters), p);
    }

    /** The encoder's shape. */
    public BertConfig config() {
        return config;
    }

    /** The encoder's own weights, without adapters. */
    public List<Weight> base() {
        return List.copyOf(base);
    }

    /**
     * Takes over the weights of a checkpoint.
     *
     * @throws dev.suffice.models.ModelException if one is missing or has another shape
     */
    public void load(BertWeights weights) {
        base.forEach(weights::load);
    }

    /** A checksum of the weights that {@link #load} takes. */
    public String fingerprint(BertWeights weights) {
        return weights.fingerprint(base);
    }

    /**
     * The states after layers, in ascending order.
     *
     * @param batch at most as many tokens as the encoder has positions
     * @param read what of the states is read after which layers; layers are counted by how many have run, from 1, and those behind the
     *     last of them are not run
     */
    public SequencedMap<Integer, Tensor> states(
            TokenBatch batch, SortedMap<Integer, TokenStates> read, Dropout dropout) {
        long rows = batch.texts() * batch.tokens();
        Tensor place = positions.tensor().narrow(0, 0, batch.tokens()).add(types(batch));
        Tensor embedded =
                torch.embedding(words.tensor(), batch.ids()).add(place).view(rows, config.width());
        Tensor x = dropout.apply(norm.apply(embedded));
        var states = new TreeMap<Integer, Tensor>();
        int last = read.lastKey();
        for (int done = 1; done <= last; done++) {
            TokenStates wanted = read.get(done);
            boolean firstOnly = done == last && wanted == TokenStates.FIRST;
            x = layers.get(done - 1).apply(x, batch, firstOnly, dropout);
            if (wanted != null) {
                states.put(done, firstOnly ? x : read(x, batch, wanted));
            }
        }
        return states;
    }

    /** What the tokens' types add: a row for all of them, or one for each. A table of one row has the same for all. */
    private Tensor types(TokenBatch batch) {
        return batch.types()
                .filter(_ -> config.types() > 1)
                .map(ids -> torch.embedding(types.tensor(), ids))
                .orElseGet(() -> types.tensor().select(0, 0));
    }

    private Tensor read(Tensor x, TokenBatch batch, TokenStates read) {
        Tensor perText = x.view(batch.texts(), batch.tokens(), config.width());
        return switch (read) {
            case FIRST -> perText.select(1, 0);
            case MEAN -> torch.bmm(batch.shares(), perText).select(1, 0);
            case ALL -> x;
        };
    }
}

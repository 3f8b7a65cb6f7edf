package dev.suffice.train.exits;

import dev.suffice.train.nn.BertConfig;
import dev.suffice.train.nn.BertEncoder;
import dev.suffice.train.nn.BertWeights;
import dev.suffice.train.nn.Constants;
import dev.suffice.train.nn.Dropout;
import dev.suffice.train.nn.ExitHead;
import dev.suffice.train.nn.LowRank;
import dev.suffice.train.nn.Parameter;
import dev.suffice.train.nn.Parameters;
import dev.suffice.train.nn.Precision;
import dev.suffice.train.nn.TokenStates;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The encoder with its heads. Its parameters are in up to three groups, as they are trained: encoder and last head, with the off-ramps or
 * without them, and confidences. Not thread-safe.
 */
final class ExitNetwork implements AutoCloseable {
    private final BertEncoder encoder;
    private final Constants constants = new Constants();
    private final Parameters main = new Parameters();
    private final Parameters ramps;
    private final Parameters confidence = new Parameters();
    private final SortedMap<Integer, ExitHead> heads = new TreeMap<>();
    private final SortedMap<Integer, ExitHead> confidences = new TreeMap<>();
    private final SortedMap<Integer, TokenStates> read = new TreeMap<>();

    /** @throws dev.suffice.core.InvalidRequestException if the encoder has fewer layers than the heads need */
    ExitNetwork(BertConfig config, ExitTask task, int labels, ExitTrainingOptions options) {
        ramps = options.method() == ExitMethod.TWO_STAGE ? new Parameters() : main;
        encoder = switch (options.tuning()) {
            case Tuning.Full _ -> BertEncoder.trained(main, config);
            case Tuning.Lora(var rank, var alpha) ->
                BertEncoder.adapted(main, constants, config, new LowRank(rank, alpha / rank));
        };
        int last = config.layers();
        for (int layer : options.heads().ramps(last)) {
            heads.put(
                    layer,
                    ExitHead.offRamp(
                            ramps, layer, config.width(), options.heads().width(), labels));
            if (options.heads().confidence()) {
                confidences.put(
                        layer,
                        ExitHead.confidence(confidence, layer, options.heads().width()));
            }
        }
        if (task == ExitTask.TOKEN_LABELS) {
            heads.put(last, ExitHead.plain(main, config.width(), labels));
            heads.keySet().forEach(layer -> read.put(layer, TokenStates.ALL));
        } else {
            heads.put(last, ExitHead.pooled(main, config.width(), labels));
            heads.keySet()
                    .forEach(layer ->
                            read.put(layer, options.heads().rampPooling().states()));
            read.put(last, options.heads().pooling().states());
        }
    }

    /**
     * Makes all parameters: heads and adapters from the seed, the encoder from its checkpoint.
     *
     * @throws dev.suffice.models.ModelException if the checkpoint does not fit
     */
    void allocate(BertWeights weights, long seed) {
        long group = 0;
        for (Parameters parameters : groups()) {
            parameters.allocate(seed + group, Precision.FLOAT32);
            group++;
        }
        encoder.load(weights);
        main.refresh();
    }

    private List<Parameters> groups() {
        var groups = new ArrayList<Parameters>();
        groups.add(main);
        if (ramps != main) {
            groups.add(ramps);
        }
        if (!confidences.isEmpty()) {
            groups.add(confidence);
        }
        return groups;
    }

    BertEncoder encoder() {
        return encoder;
    }

    /** Of encoder and last head, and of the off-ramps where they are trained together. */
    Parameters main() {
        return main;
    }

    /** Of the off-ramps. */
    Parameters ramps() {
        return ramps;
    }

    /** Of the confidences. */
    Parameters confidence() {
        return confidence;
    }

    /** All parameters, in the order of groups. */
    List<Parameter> all() {
        return groups().stream().flatMap(group -> group.all().stream()).toList();
    }

    /** The values of one of {@link #all}. */
    float[] read(Parameter parameter) {
        Parameters group = groups().stream()
                .filter(g -> g.all().contains(parameter))
                .findFirst()
                .orElseThrow();
        return group.read(parameter, group.master());
    }

    /** The layers with heads, the encoder's last among them. */
    SortedSet<Integer> layers() {
        return new TreeSet<>(heads.keySet());
    }

    /** The layers with off-ramps. */
    SortedSet<Integer> rampLayers() {
        return layers().headSet(heads.lastKey());
    }

    /** What the heads after layers read: [rows, width] for each, in order of layers. */
    SequencedMap<Integer, Tensor> states(LabelledBatch batch, SortedSet<Integer> after, Dropout dropout) {
        var wanted = new TreeMap<>(read);
        wanted.keySet().retainAll(after);
        var states = encoder.states(batch.texts(), wanted, dropout);
        batch.tokens().ifPresent(rows -> states.replaceAll((layer, all) -> all.index_select(0, rows)));
        return states;
    }

    /** The logits of the heads whose states are given, [heads, rows, labels]. */
    Tensor logits(SequencedMap<Integer, Tensor> states) {
        var logits = new TensorVector();
        states.forEach((layer, state) -> {
            ExitHead head = after(heads, layer);
            logits.push_back(head.logits(head.hidden(state)));
        });
        return torch.stack(logits, 0);
    }

    /** The logits of the confidences, [off-ramps, rows], of what the off-ramps' {@link #hidden} layers gave. */
    Tensor confidences(SequencedMap<Integer, Tensor> hidden) {
        var logits = new TensorVector();
        hidden.forEach((layer, h) ->
                logits.push_back(after(confidences, layer).logits(h).select(1, 0)));
        return torch.stack(logits, 0);
    }

    /** What the off-ramps' hidden layers give: [rows, width of the off-ramps] for each. */
    SequencedMap<Integer, Tensor> hidden(SequencedMap<Integer, Tensor> states) {
        var hidden = new TreeMap<Integer, Tensor>();
        rampLayers().forEach(layer -> hidden.put(layer, after(heads, layer).hidden(after(states, layer))));
        return hidden;
    }

    private static <T> T after(Map<Integer, T> map, int layer) {
        return Objects.requireNonNull(map.get(layer), () -> "nothing after layer " + layer);
    }

    @Override
    public void close() {
        groups().forEach(Parameters::close);
        constants.close();
    }
}

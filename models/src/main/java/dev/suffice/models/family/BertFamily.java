package dev.suffice.models.family;

import dev.suffice.models.folder.Config;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How the encoders that descend from BERT differ: in the names of their tensors, in their configuration's keys, and in the head that classifies texts. What they compute is the
 * same.
 *
 * @param type as configurations name it, {@code model_type}
 * @param prefix of the tensors' names in checkpoints with a head
 * @param names of the tensors
 * @param reader reads the configuration
 * @param textDense path of the first layer of the head for texts
 * @param textActivation behind it
 * @param textOut path of the head's last layer
 */
public record BertFamily(
        String type,
        String prefix,
        Names names,
        Function<Config, BertConfig> reader,
        String textDense,
        Activation textActivation,
        String textOut) {
    private static final Names BERT_NAMES = new Names(
            "encoder.layer",
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "attention.output.LayerNorm",
            "intermediate.dense",
            "output.dense",
            "output.LayerNorm");

    private static final BertFamily BERT = new BertFamily(
            "bert",
            "bert.",
            BERT_NAMES,
            config -> BertConfig.read(config, 0, 1e-12),
            "bert.pooler.dense",
            Activation.TANH,
            "classifier");

    private static final BertFamily ROBERTA = roberta("roberta");

    private static final BertFamily ELECTRA = new BertFamily(
            "electra",
            "electra.",
            BERT_NAMES,
            config -> BertConfig.read(config, 0, 1e-12),
            "classifier.dense",
            Activation.GELU,
            "classifier.out_proj");

    private static final BertFamily DISTILBERT = new BertFamily(
            "distilbert",
            "distilbert.",
            new Names(
                    "transformer.layer",
                    "attention.q_lin",
                    "attention.k_lin",
                    "attention.v_lin",
                    "attention.out_lin",
                    "sa_layer_norm",
                    "ffn.lin1",
                    "ffn.lin2",
                    "output_layer_norm"),
            BertConfig::readDistilled,
            "pre_classifier",
            Activation.RELU,
            "classifier");

    private static final List<BertFamily> ALL = List.of(BERT, ROBERTA, roberta("xlm-roberta"), ELECTRA, DISTILBERT);

    /**
     * Names of a layer's parts.
     *
     * @param layers before the layer's number
     * @param query projection
     * @param key projection
     * @param value projection
     * @param attentionOut the attention's output layer
     * @param attentionNorm the normalisation behind it
     * @param wide first layer of the feed-forward part
     * @param narrow its second layer
     * @param norm the normalisation behind it
     */
    public record Names(
            String layers,
            String query,
            String key,
            String value,
            String attentionOut,
            String attentionNorm,
            String wide,
            String narrow,
            String norm) {
        /** Paths of a layer's fully connected layers, below the layer. */
        public List<String> linear() {
            return List.of(query, key, value, attentionOut, wide, narrow);
        }
    }

    /** Positions are counted from behind the padding token's number: the rows of their table up to it are no token's. */
    private static BertFamily roberta(String type) {
        return new BertFamily(
                type,
                "roberta.",
                BERT_NAMES,
                config -> BertConfig.read(config, config.integer("pad_token_id", 1) + 1, 1e-5),
                "classifier.dense",
                Activation.TANH,
                "classifier.out_proj");
    }

    /** The family that a configuration names, if it is one of these. */
    static Optional<BertFamily> find(Config config) {
        var type = config.text("model_type", "");
        return ALL.stream().filter(family -> family.type().equals(type)).findFirst();
    }

    /**
     * The family that a configuration names.
     *
     * @throws dev.suffice.models.ModelException if it is none of these
     */
    public static BertFamily of(Config config) {
        return find(config)
                .orElseThrow(() -> config.unsupported(
                        "model_type",
                        "one of the encoders "
                                + String.join(
                                        ", ", ALL.stream().map(BertFamily::type).toList())));
    }
}

package dev.suffice.train.exits;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.models.folder.NewFolder;
import dev.suffice.train.files.Safetensors;
import dev.suffice.train.nn.BertEncoder;
import dev.suffice.train.nn.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The folder of a trained classifier.
 *
 * <ul>
 *   <li>{@code config.json}: transformers' configuration of the encoder with the task's labels;
 *   <li>{@code exits.safetensors}: the off-ramps;
 *   <li>{@code model.safetensors}: encoder and last head, as transformers' {@code BertForSequenceClassification} or {@code
 *       BertForTokenClassification} has them; or, of adapters,
 *   <li>{@code adapter_model.safetensors} and {@code adapter_config.json}: adapters and last head in PEFT's layout.
 * </ul>
 */
final class ExitModelWriter {
    static final String EXITS = "exits.safetensors";

    private static final String CLASSIFIER = "classifier.";
    private static final String RAMPS = "exits.";
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final ExitNetwork network;
    private final ExitBase base;
    private final TrainedExits trained;
    private final Safetensors.Type type;

    ExitModelWriter(ExitNetwork network, ExitBase base, TrainedExits trained, boolean half) {
        this.network = network;
        this.base = base;
        this.trained = trained;
        this.type = half ? Safetensors.Type.F16 : Safetensors.Type.F32;
    }

    /**
     * Refuses a folder with other things in it, which would be lost.
     *
     * @throws InvalidRequestException if there are any
     */
    static void checkFolder(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new InvalidRequestException("%s: must be a folder".formatted(folder));
        }
        try (var listed = Files.list(folder)) {
            List<Path> files = listed.toList();
            if (!files.isEmpty() && !files.contains(folder.resolve(EXITS))) {
                throw new InvalidRequestException(
                        "%s: has files, and no %s: is no earlier result that may be replaced; give a new folder"
                                .formatted(folder, EXITS));
            }
            if (files.stream().anyMatch(Files::isDirectory)) {
                throw new InvalidRequestException(
                        "%s: has folders in it, which an earlier result has not; give a new folder".formatted(folder));
            }
        }
    }

    /** Writes the folder, complete or not at all. */
    void write(Path out, ExitTraining.MoreFiles more) throws IOException {
        checkFolder(out);
        NewFolder.write(out, folder -> {
            weights(folder.resolve(EXITS), name -> name.startsWith(RAMPS) ? Optional.of(name) : Optional.empty());
            switch (trained.tuning()) {
                case Tuning.Full _ -> weights(folder.resolve("model.safetensors"), name -> transformers(name, ""));
                case Tuning.Lora lora -> {
                    weights(
                            folder.resolve("adapter_model.safetensors"),
                            name -> transformers(name, "base_model.model."));
                    json(folder.resolve("adapter_config.json"), adapterConfig(lora));
                }
            }
            json(folder.resolve("config.json"), config());
            more.write(folder, trained);
        });
    }

    /** The name in a classifier of transformers, of all but the off-ramps. */
    private static Optional<String> transformers(String name, String prefix) {
        if (name.startsWith(RAMPS)) {
            return Optional.empty();
        }
        return Optional.of(prefix + (name.startsWith(CLASSIFIER) ? name : "bert." + name));
    }

    private void weights(Path file, Function<String, Optional<String>> names) throws IOException {
        var entries = new ArrayList<Safetensors.Entry>();
        for (Parameter parameter : network.all()) {
            names.apply(parameter.name())
                    .ifPresent(name -> entries.add(
                            new Safetensors.Entry(name, type, parameter.shape(), () -> network.read(parameter))));
        }
        Safetensors.write(file, Map.of("format", "pt"), entries);
    }

    private boolean tokens() {
        return trained.task() == ExitTask.TOKEN_LABELS;
    }

    private ObjectNode config() {
        var config = (ObjectNode) base.json().json().deepCopy();
        config.putArray("architectures").add(tokens() ? "BertForTokenClassification" : "BertForSequenceClassification");
        ObjectNode names = config.putObject("id2label");
        ObjectNode ids = config.putObject("label2id");
        for (int i = 0; i < trained.labels().size(); i++) {
            names.put(Integer.toString(i), trained.labels().get(i));
            ids.put(trained.labels().get(i), i);
        }
        switch (trained.task()) {
            case SINGLE_LABEL -> config.put("problem_type", "single_label_classification");
            case REGRESSION -> config.put("problem_type", "regression");
            case TOKEN_LABELS -> config.remove("problem_type");
        }
        config.remove(List.of("torch_dtype", "_name_or_path", "transformers_version"));
        config.put("dtype", type == Safetensors.Type.F16 ? "float16" : "float32");
        return config;
    }

    private ObjectNode adapterConfig(Tuning.Lora lora) {
        ObjectNode config = JSON.createObjectNode();
        config.put("base_model_name_or_path", base.name());
        config.put("bias", "none");
        config.put("fan_in_fan_out", false);
        config.put("inference_mode", true);
        config.put("init_lora_weights", true);
        if (lora.alpha() == Math.rint(lora.alpha())) {
            config.put("lora_alpha", (long) lora.alpha());
        } else {
            config.put("lora_alpha", lora.alpha());
        }
        config.put("lora_dropout", 0.0);
        var saved = config.putArray("modules_to_save");
        if (!tokens()) {
            saved.add("pooler");
        }
        saved.add("classifier");
        config.put("peft_type", "LORA");
        config.put("r", lora.rank());
        var targets = config.putArray("target_modules");
        BertEncoder.LINEAR.forEach(name -> targets.add(name.replace("attention.self.", "")));
        config.put("task_type", tokens() ? "TOKEN_CLS" : "SEQ_CLS");
        return config;
    }

    private static void json(Path file, ObjectNode node) throws IOException {
        Files.write(file, JSON.writeValueAsBytes(node));
    }
}

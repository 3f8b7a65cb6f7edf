package dev.suffice.models.store;

import dev.suffice.core.InvalidRequestException;
import dev.suffice.core.SufficeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which files of a repository a model needs: configuration, tokenizer and template, and one set of safetensors weights for each part; or
 * one GGUF file. Copies in other formats (.bin, .pt, .msgpack, .h5, .onnx) are left out, and so is the safety checker, which nothing here
 * runs.
 */
final class HubSelection {
    /** Weights in order of preference, as {@link dev.suffice.models.safetensors.Weights} looks for them. */
    private static final List<String> WEIGHTS =
            List.of("diffusion_pytorch_model", "model", "diffusion_pytorch_model.fp16", "model.fp16");

    private static final Pattern SHARD =
            Pattern.compile("(.+)-[0-9]{5}-of-[0-9]{5}(\\.[a-z0-9]+)?\\.(safetensors|gguf)");
    private static final Pattern OTHER_WEIGHTS =
            Pattern.compile(".*\\.(bin|pt|pth|ckpt|msgpack|h5|ot|tflite)", Pattern.CASE_INSENSITIVE);
    private static final Set<String> LEFT_OUT = Set.of("safety_checker");

    private final HubName name;
    private final List<HubFile> all;

    private HubSelection(HubName name, List<HubFile> all) {
        this.name = name;
        this.all = all;
    }

    /**
     * The files to fetch.
     *
     * @param name with a file, if only one is wanted; one of several parts stands for all of them
     * @param includes patterns of further or only files, with {@code *}, which also matches {@code /}, and {@code ?}
     * @throws InvalidRequestException if the request matches nothing, or has to say more
     * @throws SufficeException if the repository has no model that can be read
     */
    static List<HubFile> of(HubName name, List<HubFile> all, List<String> includes) {
        var selection = new HubSelection(name, all);
        if (name.file().isEmpty() && includes.isEmpty()) {
            return selection.usual();
        }
        var chosen = new LinkedHashSet<HubFile>();
        if (!name.file().isEmpty()) {
            chosen.addAll(selection.asked());
        }
        for (var include : includes) {
            var pattern = pattern(include);
            var matching = selection.having(file -> pattern.matcher(file.path()).matches());
            if (matching.isEmpty()) {
                throw new InvalidRequestException(
                        "model %s: no file matches --include %s; it has %s".formatted(name, include, shown(all)));
            }
            chosen.addAll(matching);
        }
        return List.copyOf(chosen);
    }

    private List<HubFile> usual() {
        var diffusers = find("model_index.json").isPresent();
        var folders = diffusers ? folders() : Set.of("");
        var chosen = new ArrayList<HubFile>();
        var unreadable = new ArrayList<String>();
        var weights = 0;
        for (var folder : folders) {
            var files = having(file -> file.folder().equals(folder));
            var found = weights(files);
            weights += found.size();
            if (found.isEmpty()
                    && (!diffusers || !folder.isEmpty())) { // single-file copies of a whole model lie beside its parts
                files.stream()
                        .map(HubFile::path)
                        .filter(path -> OTHER_WEIGHTS.matcher(path).matches())
                        .findFirst()
                        .ifPresent(unreadable::add);
            }
            files.stream().filter(HubSelection::describes).forEach(chosen::add);
            chosen.addAll(found);
        }
        if (find("modules.json").isPresent()) { // sentence-transformers: one folder for each further module
            chosen.addAll(having(file -> file.path().matches("[^/]+/config\\.json")));
        }
        if (weights == 0) {
            var gguf = having(file -> file.path().endsWith(".gguf"));
            if (!gguf.isEmpty()) {
                return oneOf(gguf);
            }
        }
        if (weights == 0 || (diffusers && !unreadable.isEmpty())) {
            throw new SufficeException(
                    "model %s: no weights as safetensors or GGUF%s; another revision may have them, or save the model as safetensors; --include fetches files as they are"
                            .formatted(
                                    name,
                                    unreadable.isEmpty()
                                            ? ""
                                            : " in place of "
                                                    + unreadable.stream()
                                                            .map(SafeFileName::shown)
                                                            .collect(Collectors.joining(", "))));
        }
        return List.copyOf(chosen);
    }

    /** The folders of a model in diffusers' layout. */
    private Set<String> folders() {
        return all.stream()
                .map(HubFile::folder)
                .filter(folder -> !folder.contains("/") && !LEFT_OUT.contains(folder) && !isExport(folder))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether all that a folder has as weights is ONNX: a copy of the model for another program. */
    private boolean isExport(String folder) {
        var files = having(file -> file.folder().equals(folder));
        return files.stream().anyMatch(file -> file.path().endsWith(".onnx"))
                && files.stream().noneMatch(file -> file.path().matches(".*\\.(safetensors|bin)"));
    }

    private static List<HubFile> weights(List<HubFile> files) {
        for (var stem : WEIGHTS) {
            var index = stem.endsWith(".fp16")
                    ? stem.substring(0, stem.length() - ".fp16".length()) + ".safetensors.index.fp16.json"
                    : stem + ".safetensors.index.json";
            if (files.stream().anyMatch(file -> file.fileName().equals(index))) {
                return files.stream()
                        .filter(file -> file.fileName().equals(index) || shardOf(file, stem))
                        .toList();
            }
            var single = files.stream()
                    .filter(file -> file.fileName().equals(stem + ".safetensors"))
                    .toList();
            if (!single.isEmpty()) {
                return single;
            }
        }
        return List.of();
    }

    private static boolean shardOf(HubFile file, String stem) {
        var shard = SHARD.matcher(file.fileName());
        return shard.matches()
                && shard.group(3).equals("safetensors")
                && (shard.group(1) + (shard.group(2) == null ? "" : shard.group(2))).equals(stem);
    }

    /** Configuration, tokenizer, template, card and licence; not the indexes of weights, which come with their weights. */
    private static boolean describes(HubFile file) {
        var name = file.fileName();
        if (name.startsWith(".") || name.matches(".*\\.index(\\.fp16)?\\.json") || name.contains(".onnx")) {
            return false;
        }
        return name.matches(".+\\.(json|txt|model|jinja)") || name.equals("README.md") || name.startsWith("LICENSE");
    }

    private List<HubFile> asked() {
        var file = find(name.file())
                .orElseThrow(() -> new InvalidRequestException("model %s: no file %s; it has %s"
                        .formatted(
                                name.withFile(""),
                                name.file(),
                                shown(
                                        name.file().endsWith(".gguf")
                                                ? having(each -> each.path().endsWith(".gguf"))
                                                : all))));
        return parts(file);
    }

    private List<HubFile> oneOf(List<HubFile> gguf) {
        var first = gguf.getFirst();
        var parts = parts(first);
        if (!Set.copyOf(parts).containsAll(gguf)) {
            throw new InvalidRequestException(
                    "model %s: has several GGUF files; say which: %s --file F, with F one of %s"
                            .formatted(name, name.pullCommand(), shown(gguf)));
        }
        return parts;
    }

    /** A file, or all parts of the one that it is a part of. */
    private List<HubFile> parts(HubFile file) {
        var shard = SHARD.matcher(file.path());
        if (!shard.matches() || !shard.group(3).equals("gguf")) {
            return List.of(file);
        }
        return having(each -> {
            var other = SHARD.matcher(each.path());
            return other.matches()
                    && other.group(1).equals(shard.group(1))
                    && other.group(3).equals("gguf");
        });
    }

    private Optional<HubFile> find(String path) {
        return all.stream().filter(file -> file.path().equals(path)).findFirst();
    }

    private List<HubFile> having(Predicate<HubFile> property) {
        return all.stream().filter(property).toList();
    }

    private static Pattern pattern(String glob) {
        var regex = new StringBuilder();
        glob.replaceAll("\\*+", "*").codePoints().forEach(character -> {
            switch (character) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                default -> regex.append(Pattern.quote(Character.toString(character)));
            }
        });
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    private static String shown(Collection<HubFile> files) {
        var names = files.stream()
                .limit(30)
                .map(file -> SafeFileName.shown(file.path())
                        + (file.size() < 0 ? "" : " (" + ByteSize.text(file.size()) + ")"))
                .collect(Collectors.joining(", "));
        return files.isEmpty() ? "no files" : names + (files.size() > 30 ? ", and more" : "");
    }
}

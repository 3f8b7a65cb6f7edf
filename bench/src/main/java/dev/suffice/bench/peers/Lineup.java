package dev.suffice.bench.peers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Collects who takes part in a table, and why others do not. Not thread-safe. */
final class Lineup {
    private final Programs programs;
    private final Set<String> wanted;
    private final String capability;
    private final List<Contender> contenders = new ArrayList<>();
    private final Map<String, String> absent;

    /**
     * @param wanted names of peers; those that are not among them are left out silently
     * @param absent where reasons are collected
     */
    Lineup(Programs programs, Set<String> wanted, String capability, Map<String, String> absent) {
        this.programs = programs;
        this.wanted = wanted;
        this.capability = capability;
        this.absent = absent;
    }

    /**
     * Adds one.
     *
     * @param peer its program
     * @param mode behind its name in the table; empty for none
     * @param model what it opens
     * @param remedy what to do where that is not there
     * @param more adds to what it is told to open
     */
    Lineup add(String peer, String mode, Path model, String remedy, Consumer<ObjectNode> more) {
        var name = mode.isEmpty() ? peer : "%s, %s".formatted(peer, mode);
        if (!wanted.contains(peer)) {
            return this;
        }
        var missing = programs.absent(peer);
        if (!missing.isEmpty()) {
            absent.put(name, missing);
        } else if (!Files.exists(model)) {
            absent.put(name, "%s: its model %s is not there; %s".formatted(name, model.getFileName(), remedy));
        } else {
            var load = JsonMapper.shared()
                    .createObjectNode()
                    .put("capability", capability)
                    .put("model", model.toString())
                    .put("threads", programs.threads());
            more.accept(load);
            contenders.add(new Contender(
                    name,
                    Programs.ours(peer),
                    programs.of(peer),
                    load,
                    JsonMapper.shared().createObjectNode()));
        }
        return this;
    }

    List<Contender> contenders() {
        return List.copyOf(contenders);
    }
}

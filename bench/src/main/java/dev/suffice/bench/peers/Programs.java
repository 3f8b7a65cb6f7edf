package dev.suffice.bench.peers;

import dev.suffice.core.InvalidRequestException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.ObjectMapper;

/**
 * How each peer is started on this machine.
 *
 * @param home the project's folder
 * @param pythons interpreters by peer; that of the name "" is everyone else's
 * @param jars folders of jars by peer
 * @param threads that each computes with
 */
record Programs(Path home, Map<String, String> pythons, Map<String, Path> jars, int threads) {
    static final String SUFFICE = "suffice";

    /** The same on its other engine, where both are compared. */
    static final String SUFFICE_OPENVINO = "suffice-openvino";

    /** OpenVINO GenAI with the weights in single precision: what it makes of a GGUF file are not always the same ones. */
    static final String GENAI_FOLDER = "openvino-genai-f32";

    /** Peers in Python, and the file that each is. */
    private static final Map<String, String> PYTHON = Map.of(
            "diffusers",
            "peer_diffusers.py",
            "optimum-intel",
            "peer_optimum_intel.py",
            "openvino-genai",
            "peer_openvino_genai.py",
            GENAI_FOLDER,
            "peer_openvino_genai.py",
            "llama.cpp",
            "peer_llama_cpp.py",
            "transformers",
            "peer_transformers.py",
            "onnxruntime",
            "peer_onnxruntime.py");

    /** Peers in Java. */
    private static final Map<String, String> JAVA =
            Map.of("java-llama.cpp", "PeerJavaLlama.java", "djl", "PeerDjl.java", "jlama", "PeerJlama.java");

    static Set<String> names() {
        return Stream.of(Set.of(SUFFICE, SUFFICE_OPENVINO), PYTHON.keySet(), JAVA.keySet())
                .flatMap(Set::stream)
                .collect(Collectors.toCollection(java.util.TreeSet::new));
    }

    /**
     * Reads what was given on the command line.
     *
     * @param pythons {@code PATH} or {@code NAME=PATH}
     * @param jars {@code NAME=DIR}
     */
    static Programs parse(Path home, List<String> pythons, List<String> jars, int threads) {
        var interpreters = new TreeMap<String, String>();
        interpreters.put("", "python3");
        for (var one : pythons) {
            int at = one.indexOf('=');
            interpreters.put(
                    named("--python", one, at < 0 ? "" : one.substring(0, at), PYTHON.keySet()), one.substring(at + 1));
        }
        var folders = new TreeMap<String, Path>();
        for (var one : jars) {
            int at = one.indexOf('=');
            var name = named("--jars", one, at < 0 ? one : one.substring(0, at), JAVA.keySet());
            if (at < 0) {
                throw new InvalidRequestException("--jars %s: must be a peer's name, =, and a folder".formatted(one));
            }
            folders.put(name, Path.of(one.substring(at + 1)));
        }
        return new Programs(home, interpreters, folders, threads);
    }

    private static String named(String option, String given, String name, Set<String> known) {
        if (!name.isEmpty() && !known.contains(name)) {
            throw new InvalidRequestException("%s %s: %s is no peer; there are %s"
                    .formatted(
                            option,
                            given,
                            name,
                            String.join(", ", known.stream().sorted().toList())));
        }
        return name;
    }

    /** Whether it is this project. */
    static boolean ours(String peer) {
        return peer.equals(SUFFICE) || peer.equals(SUFFICE_OPENVINO);
    }

    /** The program of a peer. */
    PeerProgram of(String peer) {
        var environment = environment();
        if (ours(peer)) {
            return new PeerProgram(peer, suffice(), environment);
        }
        var script = PYTHON.get(peer);
        if (script != null) {
            var python = pythons.getOrDefault(
                    peer.equals(GENAI_FOLDER) ? "openvino-genai" : peer, pythons.getOrDefault("", "python3"));
            return new PeerProgram(
                    peer, List.of(python, scripts().resolve(script).toString()), environment);
        }
        var source = JAVA.get(peer);
        if (source == null) {
            throw new IllegalArgumentException(peer);
        }
        return new PeerProgram(peer, java(peer, source), environment);
    }

    private Path scripts() {
        return home.resolve("bench/peers").toAbsolutePath();
    }

    private Map<String, String> environment() {
        var number = Integer.toString(threads);
        var environment = new LinkedHashMap<String, String>();
        environment.put("OMP_NUM_THREADS", number);
        environment.put("MKL_NUM_THREADS", number);
        environment.put("OPENBLAS_NUM_THREADS", number);
        environment.put("TOKENIZERS_PARALLELISM", "false");
        environment.put("PYTHONDONTWRITEBYTECODE", "1");
        // Nothing is fetched while it is measured.
        environment.put("HF_HUB_OFFLINE", "1");
        environment.put("TRANSFORMERS_OFFLINE", "1");
        return environment;
    }

    private List<String> suffice() {
        var command = new ArrayList<>(virtualMachine());
        command.addAll(List.of(
                "-Dsuffice.home=" + home,
                "-Dsuffice.terminal=false",
                "-cp",
                classPath(System.getProperty("java.class.path", "")),
                SufficePeer.class.getName()));
        return command;
    }

    private static List<String> virtualMachine() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.awt.headless=true");
    }

    /** Jars as their folders: a long command line ends ONNX Runtime's process. */
    static String classPath(String path) {
        var entries = new LinkedHashSet<String>();
        for (var entry : path.split(File.pathSeparator)) {
            var file = Path.of(entry);
            entries.add(entry.endsWith(".jar") ? file.resolveSibling("*").toString() : entry);
        }
        return String.join(File.pathSeparator, entries);
    }

    private List<String> java(String peer, String source) {
        var folder = jars.get(peer);
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        var path = Stream.concat(
                        jackson(),
                        Stream.of(folder.toAbsolutePath().resolve("*").toString()))
                .collect(Collectors.joining(File.pathSeparator));
        var command = new ArrayList<>(virtualMachine());
        command.addAll(List.of(
                "--add-modules=jdk.incubator.vector",
                "-cp",
                path,
                scripts().resolve("java").resolve(source).toString()));
        return command;
    }

    /** What the peers in Java read and write JSON with, as this project does. */
    private static Stream<String> jackson() {
        return Stream.of(ObjectMapper.class, JsonParser.class, com.fasterxml.jackson.annotation.JsonProperty.class)
                .map(type -> type.getProtectionDomain().getCodeSource())
                .map(CodeSource::getLocation)
                .map(place -> Path.of(place.getPath()).toString());
    }

    /** Why a peer cannot even be started; empty if it can. */
    String absent(String peer) {
        if (JAVA.containsKey(peer) && of(peer).command().isEmpty()) {
            return "%s: not installed: its jars are not given; bench/peers/README.md says how they are fetched (--jars %s=DIR)"
                    .formatted(peer, peer);
        }
        return "";
    }

    static List<String> split(String list) {
        return Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .distinct()
                .toList();
    }
}

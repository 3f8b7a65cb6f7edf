package dev.suffice.bench.peers;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.suffice.core.InvalidRequestException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class PeersBenchmarkTest {
    @Test
    void whatCannotBeMeasuredIsRefusedBeforeAnythingStarts() {
        refused(
                "--questions: is missing; capability text needs data/spec_bench/question.jsonl of Spec-Bench, or choose others with --capability",
                "--capability",
                "text");
        refused(
                "--texts no-such-file: cannot be read; it must be a file of texts and labels, e.g. SST-2's dev.tsv",
                "--capability",
                "classify",
                "--texts",
                "no-such-file");
        refused(
                "--capability images,sound: sound is none; there are images, text, classify",
                "--capability",
                "images,sound");
        refused(
                "--peers me: me is no peer; there are diffusers, djl, java-llama.cpp, jlama, llama.cpp, onnxruntime, openvino-genai, openvino-genai-f32, optimum-intel, suffice, suffice-openvino, transformers",
                "--capability",
                "images",
                "--peers",
                "me");
        refused(
                "--rounds 0 --limit 24 --skip 0 --timeout 600 --max-tokens 128 --threads 1: must be at least 1, 1, 0, 1, 2 and 1",
                "--rounds",
                "0",
                "--threads",
                "1");
    }

    private static void refused(String message, String... arguments) {
        var command = new PeersBenchmark();
        new CommandLine(command).parseArgs(arguments);
        assertThatThrownBy(command::call)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(message);
    }
}

package dev.suffice.models.gguf;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a byte-level vocabulary wants texts cut into words before its merges, by the names that {@code tokenizer.ggml.pre}
 * has for it.
 *
 * @param names of all vocabularies that are cut in this way
 * @param patterns in the order in which they cut; each cuts the pieces that those before it left: what it finds, and what
 *     lies between
 * @param composes whether letters and their accents become one (NFC) before anything else
 * @param wholeWords whether a word that is a token is taken whole, whatever the merges say, and texts start with the start
 *     token when the file does not say
 */
record PreTokenizer(List<String> names, List<String> patterns, boolean composes, boolean wholeWords) {
    private static final List<PreTokenizer> ALL = List.of(
            // written by converters that did not know the tokenizer
            plain(List.of("default"), "[\\p{P}\\$\\+<=>\\^~\\|]+", Patterns.GPT_2, "\\p{N}+", "[0-9][0-9][0-9]"),
            plain(
                    List.of("gpt-2", "phi-2", "mpt", "olmo", "jais", "gigachat", "exaone4", "modern-bert", "trillion"),
                    Patterns.GPT_2),
            // each digit by itself
            plain(
                    List.of("smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"),
                    "\\p{N}",
                    Patterns.GPT_2),
            new PreTokenizer(
                    List.of("llama-bpe", "llama3", "llama-v3", "falcon3", "pixtral", "lfm2"),
                    List.of(Patterns.words("\\p{N}{1,3}")),
                    false,
                    true),
            plain(List.of("glm4", "chatglm-bpe", "dbrx", "smaug-bpe"), Patterns.words("\\p{N}{1,3}")),
            // composes as the original does, llama.cpp does not
            new PreTokenizer(
                    List.of("qwen2", "deepseek-r1-qwen", "megrez"), List.of(Patterns.words("\\p{N}")), true, false),
            plain(List.of("stablelm2", "hunyuan", "solar-open"), Patterns.words("\\p{N}")),
            plain(
                    List.of("deepseek-llm"),
                    "[\\r\\n]",
                    "\\s?" + Patterns.CASED + "+",
                    "\\s?[!-/:-~\\x{FF01}-\\x{FF0F}\\x{FF1A}-\\x{FF5E}\\x{2018}-\\x{201F}\\x{3000}-\\x{3002}]+",
                    "\\s+$",
                    Patterns.ASIAN,
                    "\\p{N}+"),
            plain(List.of("deepseek-coder"), "[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", Patterns.ASIAN, "\\p{N}"),
            plain(
                    List.of("deepseek-v3", "hunyuan-dense"),
                    "\\p{N}{1,3}",
                    "[\\x{4E00}-\\x{9FA5}\\x{3040}-\\x{30FF}]+",
                    "[!-/:-@\\[-`{-~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
                            + "| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
            new PreTokenizer(List.of("tekken"), List.of(Patterns.casedWords("", "\\p{N}")), false, true),
            plain(
                    List.of("gpt-4o", "llama4", "kanana2"),
                    Patterns.casedWords("(?i:'s|'t|'re|'ve|'m|'ll|'d)?", "\\p{N}{1,3}")));

    /** The patterns, in the syntax of Oniguruma. */
    private static final class Patterns {
        static final String GPT_2 =
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

        static final String ASIAN = "[\\x{4E00}-\\x{9FA5}\\x{0800}-\\x{4E00}\\x{AC00}-\\x{D7FF}]+";

        /** Letters that are upper or lower case, without the blocks that the original's list does not have. */
        static final String CASED =
                "[\\p{Lu}\\p{Ll}\\p{Lt}&&[^\\x{2D00}-\\x{2D2D}\\x{A790}-\\x{A7FA}\\x{AB30}-\\x{AB68}"
                        + "\\x{10570}-\\x{105BC}\\x{16E40}-\\x{16E7F}\\x{1D400}-\\x{1D7CB}\\x{1DF00}-\\x{1DF1E}]]";

        private static final String REST = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
        private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
        private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
        private static final String BEFORE = "[^\\r\\n\\p{L}\\p{N}]?";

        static String words(String digits) {
            return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|" + BEFORE + "\\p{L}+|" + digits + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
                    + REST;
        }

        /** Cut where lower case turns into upper case. */
        static String casedWords(String contraction, String digits) {
            return BEFORE + UPPER + "*" + LOWER + "+" + contraction + "|" + BEFORE + UPPER + "+" + LOWER + "*"
                    + contraction + "|" + digits + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" + REST;
        }
    }

    private static PreTokenizer plain(List<String> names, String... patterns) {
        return new PreTokenizer(names, List.of(patterns), false, false);
    }

    static Optional<PreTokenizer> of(String name) {
        return ALL.stream().filter(one -> one.names.contains(name)).findFirst();
    }

    /** All names. */
    static String known() {
        return ALL.stream().flatMap(one -> one.names.stream()).sorted().collect(Collectors.joining(", "));
    }
}

package dev.suffice.language;

/**
 * A draft model as options name it: {@code NAME}, or {@code NAME,slem}.
 *
 * @param model its name
 * @param asText whether it drafts text
 */
public record DraftName(String model, boolean asText) {
    private static final String SLEM = ",slem";

    /** What an option says. */
    public static DraftName parse(String option) {
        boolean asText = option.endsWith(SLEM);
        return new DraftName(asText ? option.substring(0, option.length() - SLEM.length()) : option, asText);
    }

    /**
     * The drafter that this asks for.
     *
     * @param opened the model of that name
     * @throws dev.suffice.core.InvalidRequestException if the vocabularies do not allow it
     */
    public DraftModel drafting(LanguageModel target, LanguageModel opened) {
        return asText ? DraftModel.of(target, opened, DraftMethod.SLEM) : DraftModel.of(target, opened);
    }
}

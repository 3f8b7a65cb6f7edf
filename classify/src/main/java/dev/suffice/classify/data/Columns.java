package dev.suffice.classify.data;

/** Which columns of a table, or fields of a JSON object, have texts and labels. Names are as the file has them. */
public sealed interface Columns {
    /** Found by names that are usual, in upper or lower case; a table without such names has two columns, text and label. */
    record Usual() implements Columns {}

    /**
     * One text.
     *
     * @param text name of the text's column
     * @param label name of the label's column
     */
    record Text(String text, String label) implements Columns {}

    /**
     * Two texts.
     *
     * @param first name of the first text's column
     * @param second name of the second text's column
     * @param label name of the label's column
     */
    record Pair(String first, String second, String label) implements Columns {}

    /**
     * Words with a label each, in JSON only.
     *
     * @param tokens name of the field with a list of words
     * @param labels name of the field with a list of labels
     */
    record Tokens(String tokens, String labels) implements Columns {}
}

/** Text classification with early exit: encoders whose layers have heads, criteria of exit, and their calibration. */
@org.jspecify.annotations.NullMarked
module dev.suffice.classify {
    requires transitive dev.suffice.models;
    requires static transitive org.jspecify;
    requires tools.jackson.dataformat.csv;

    exports dev.suffice.classify;
    exports dev.suffice.classify.data;
    exports dev.suffice.classify.exit;
}

/** Tables of measured step counts. */
@org.jspecify.annotations.NullMarked
module dev.suffice.labels {
    requires transitive dev.suffice.diffusion;
    requires dev.hardwood.core;
    requires static org.jspecify;

    exports dev.suffice.labels;
}

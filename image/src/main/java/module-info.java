/** RGB images with 16-bit depth, in memory and as files. */
@org.jspecify.annotations.NullMarked
module dev.suffice.image {
    requires transitive dev.suffice.core;
    requires java.desktop;
    requires tools.jackson.databind;
    requires static transitive org.jspecify;

    exports dev.suffice.image;
}

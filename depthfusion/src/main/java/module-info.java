/** Pictures with depth as places to walk into: layered geometry, the viewer page, exports. */
@org.jspecify.annotations.NullMarked
module dev.suffice.depthfusion {
    requires transitive dev.suffice.image;
    requires transitive tools.jackson.databind;
    requires java.desktop;
    requires metadata.extractor;
    requires xmpcore;
    requires static transitive org.jspecify;

    exports dev.suffice.depthfusion;
    exports dev.suffice.depthfusion.export;
    exports dev.suffice.depthfusion.render;
    exports dev.suffice.depthfusion.resample;
}

/** The engine on OpenVINO, whose C library is found on the machine and called through {@code java.lang.foreign}. */
@org.jspecify.annotations.NullMarked
module dev.suffice.engine.openvino {
    requires transitive dev.suffice.engine;
    requires java.xml;
    requires static org.jspecify;

    exports dev.suffice.engine.openvino;

    provides dev.suffice.engine.Engine with
            dev.suffice.engine.openvino.OpenVinoEngine;
}

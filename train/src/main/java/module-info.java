/** Offline work: rendering training tuples and training the bundled model on them. */
@org.jspecify.annotations.NullMarked
module dev.suffice.train {
    requires ai.djl.tokenizers;
    requires transitive dev.suffice.diffusion;
    requires dev.suffice.engine.onnxruntime;
    requires transitive dev.suffice.language;
    requires java.desktop;
    requires org.bytedeco.javacpp;
    requires org.bytedeco.pytorch;
    requires xchart;
    requires static org.jspecify;
    requires tools.jackson.databind;

    exports dev.suffice.train;
    exports dev.suffice.train.disco;
    exports dev.suffice.train.eval;
    exports dev.suffice.train.exithead;
    exports dev.suffice.train.exits;
    exports dev.suffice.train.scene;
    exports dev.suffice.train.stepsaver;
}

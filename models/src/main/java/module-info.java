/** Model folders and files become graphs: safetensors, ONNX, model families, tokenizers. */
@org.jspecify.annotations.NullMarked
module dev.suffice.models {
    requires transitive dev.suffice.engine;
    requires static transitive org.jspecify;
    requires transitive tools.jackson.databind;
    requires ai.djl.tokenizers;
    requires java.net.http;
    requires java.xml;

    exports dev.suffice.models;
    exports dev.suffice.models.decoder;
    exports dev.suffice.models.family;
    exports dev.suffice.models.folder;
    exports dev.suffice.models.gguf;
    exports dev.suffice.models.onnx;
    exports dev.suffice.models.quantise;
    exports dev.suffice.models.safetensors;
    exports dev.suffice.models.store;
    exports dev.suffice.models.tokenizer;
}

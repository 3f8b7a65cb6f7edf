/** Text generation: decoders with a cache of keys and values, sampling, speculation, chat templates, constrained output. */
@org.jspecify.annotations.NullMarked
module dev.suffice.language {
    requires transitive dev.suffice.models;
    requires jdk.jfr;
    requires static transitive org.jspecify;

    exports dev.suffice.language;
    exports dev.suffice.language.chat;
    exports dev.suffice.language.constrain;
    exports dev.suffice.language.sampling;
    exports dev.suffice.language.speculate;
}

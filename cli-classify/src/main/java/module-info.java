/** The classify command, apart from the others so that they need not fetch its encoder. */
@org.jspecify.annotations.NullMarked
module dev.suffice.cli.classify {
    requires dev.suffice.cli;
    requires dev.suffice.classify;
    requires info.picocli;
    requires tools.jackson.databind;
    requires static org.jspecify;

    exports dev.suffice.cli.classify;

    opens dev.suffice.cli.classify to
            info.picocli;

    provides dev.suffice.cli.spi.CommandProvider with
            dev.suffice.cli.classify.ClassifyCommandProvider;
}

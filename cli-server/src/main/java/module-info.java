/** The serve command, apart from the others so that they need no web server. */
@org.jspecify.annotations.NullMarked
module dev.suffice.cli.serve {
    requires dev.suffice.cli;
    requires dev.suffice.server;
    requires info.picocli;
    requires java.logging;
    requires tools.jackson.databind;
    requires static org.jspecify;

    exports dev.suffice.cli.serve;

    opens dev.suffice.cli.serve to
            info.picocli;

    provides dev.suffice.cli.spi.CommandProvider with
            dev.suffice.cli.serve.ServeCommandProvider;
}

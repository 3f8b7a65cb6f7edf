/** The command line. Further commands are services of {@link dev.suffice.cli.spi.CommandProvider}. */
@org.jspecify.annotations.NullMarked
module dev.suffice.cli {
    requires dev.suffice.depthfusion;
    requires dev.suffice.diffusion;
    requires dev.suffice.language;
    requires info.picocli;
    requires java.logging;
    requires jdk.jfr;
    requires me.tongfei.progressbar;
    requires org.jline.terminal;
    requires tools.jackson.databind;
    requires static org.jspecify;

    exports dev.suffice.cli;
    exports dev.suffice.cli.spi;

    opens dev.suffice.cli to
            info.picocli;

    uses dev.suffice.cli.spi.CommandProvider;
}

/** The train command, apart from the others because it needs libtorch. */
@org.jspecify.annotations.NullMarked
module dev.suffice.cli.train {
    requires dev.suffice.classify;
    requires dev.suffice.cli;
    requires dev.suffice.diffusion;
    requires dev.suffice.labels;
    requires dev.suffice.language;
    requires dev.suffice.train;
    requires info.picocli;
    requires static org.jspecify;

    exports dev.suffice.cli.train;

    opens dev.suffice.cli.train to
            info.picocli;

    provides dev.suffice.cli.spi.CommandProvider with
            dev.suffice.cli.train.TrainCommandProvider;
}

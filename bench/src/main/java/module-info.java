/** Benchmarks and reproductions of the published experiments. */
@org.jspecify.annotations.NullMarked
module dev.suffice.bench {
    requires com.fasterxml.jackson.annotation;
    requires dev.suffice.classify;
    requires dev.suffice.cli;
    requires dev.suffice.diffusion;
    requires dev.suffice.image;
    requires dev.suffice.language;
    requires dev.suffice.models;
    requires dev.suffice.train;
    requires info.picocli;
    requires java.desktop;
    requires tools.jackson.core;
    requires tools.jackson.databind;
    requires xchart;
    requires static org.jspecify;

    exports dev.suffice.bench;

    opens dev.suffice.bench to
            info.picocli;
    opens dev.suffice.bench.exits to
            info.picocli;
    opens dev.suffice.bench.peers to
            info.picocli;
    opens dev.suffice.bench.speculation to
            info.picocli;

    provides dev.suffice.cli.spi.CommandProvider with
            dev.suffice.bench.BenchCommandProvider;
}

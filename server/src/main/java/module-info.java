/** The HTTP API and the Studio page. */
@org.jspecify.annotations.NullMarked
module dev.suffice.server {
    requires transitive dev.suffice.diffusion;
    requires dev.suffice.depthfusion;
    requires io.helidon.http;
    requires io.helidon.webserver;
    requires io.prometheus.metrics.core;
    requires io.prometheus.writer.text;
    requires io.prometheus.metrics.model;
    requires tools.jackson.databind;
    requires static transitive org.jspecify;

    exports dev.suffice.server;
}

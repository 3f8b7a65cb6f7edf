package dev.suffice.diffusion;

import dev.suffice.engine.ForwardingSession;
import dev.suffice.engine.Graph;
import dev.suffice.engine.Session;
import dev.suffice.engine.Tensor;
import dev.suffice.engine.TensorSpec;
import dev.suffice.models.family.ProbedNetwork;
import dev.suffice.models.onnx.Network;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Function;

/** A session of a network whose layers are measured: computes what the meter wants to see, too. */
final class MeteredSession extends ForwardingSession {
    private final SequencedMap<String, ProbedNetwork.Outputs> layers;
    private final LayerMeter meter;

    private MeteredSession(Session session, SequencedMap<String, ProbedNetwork.Outputs> layers, LayerMeter meter) {
        super(session);
        this.layers = layers;
        this.meter = meter;
    }

    /**
     * Opens a network.
     *
     * @param open opens a graph
     * @param meter hears of every run
     */
    static Session open(Function<Graph, Session> open, ProbedNetwork probed, LayerMeter meter) {
        var graph = probed.network().segment(Network.START, Network.END);
        return new MeteredSession(open.apply(graph), probed.layers(), meter);
    }

    @Override
    public void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        var all = session().outputs().stream().map(TensorSpec::name).toList();
        var made = session().run(inputs, all);
        try {
            meter.add(layers, inputs, made);
            outputs.forEach((name, tensor) -> tensor.data()
                    .copyFrom(Objects.requireNonNull(made.get(name), name).data()));
        } finally {
            made.values().forEach(Tensor::close);
        }
    }
}

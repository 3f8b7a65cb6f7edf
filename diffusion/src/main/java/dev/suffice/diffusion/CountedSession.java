package dev.suffice.diffusion;

import dev.suffice.engine.Graph;
import dev.suffice.engine.Session;
import java.util.function.Function;

/**
 * A session, and what a row through it costs.
 *
 * @param flops floating-point operations of one row; 0 where they are not counted
 */
record CountedSession(Session session, long flops) {
    static CountedSession open(Function<Graph, Session> open, Graph graph) {
        return new CountedSession(open.apply(graph), graph.flops().orElse(0));
    }
}

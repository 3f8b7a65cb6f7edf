package dev.suffice.bench.peers;

import java.util.List;
import java.util.Map;

/**
 * How a peer is started.
 *
 * @param name as the peer is called on the command line
 * @param command program and arguments
 * @param environment variables that are set for it
 */
record PeerProgram(String name, List<String> command, Map<String, String> environment) {
    PeerProgram {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}

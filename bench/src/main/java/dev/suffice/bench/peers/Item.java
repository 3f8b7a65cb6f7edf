package dev.suffice.bench.peers;

import tools.jackson.databind.node.ObjectNode;

/**
 * A piece of work that everyone does.
 *
 * @param id its name, without commas
 * @param task what a run is told
 */
record Item(String id, ObjectNode task) {}

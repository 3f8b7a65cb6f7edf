package dev.suffice.bench.peers;

import tools.jackson.databind.node.ObjectNode;

/**
 * Who takes part in a table.
 *
 * @param name in the table, with its mode
 * @param ours whether it is this project
 * @param program that is started for it
 * @param load what it is told to open
 * @param task fields that its runs have besides the item's
 */
record Contender(String name, boolean ours, PeerProgram program, ObjectNode load, ObjectNode task) {}

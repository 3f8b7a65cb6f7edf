package dev.suffice.server.job;

import tools.jackson.databind.node.ObjectNode;

/**
 * Something that a job told.
 *
 * @param id counts from 1
 * @param name e.g. {@code step}
 * @param data what there is to know; not changed afterwards
 */
public record JobEvent(long id, String name, ObjectNode data) {}

/**
 * Model families: each class reads one kind of {@code config.json} and writes the network it describes, from top to
 * bottom in the order in which it computes.
 */
package dev.suffice.models.family;

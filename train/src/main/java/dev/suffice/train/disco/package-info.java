/** Learns when drafting is worth going on: the classifier of DISCO, from drafts and what came of them. */
@org.jspecify.annotations.NullMarked
package dev.suffice.train.disco;

/** Speculative decoding measured on questions of several kinds. */
@org.jspecify.annotations.NullMarked
package dev.suffice.bench.speculation;

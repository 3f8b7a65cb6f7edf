/** Other programs measured beside this one, by turns, on the same weights, threads and work. */
@org.jspecify.annotations.NullMarked
package dev.suffice.bench.peers;

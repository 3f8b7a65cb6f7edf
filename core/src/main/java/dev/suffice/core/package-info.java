/**
 * What every capability shares: policies that decide how much to run, the {@link dev.suffice.core.ComputeReport} that
 * says what was run, {@link dev.suffice.core.Progress}, {@link dev.suffice.core.Cancellation} and the exceptions.
 */
package dev.suffice.core;

/** What every training has in common: steps and their rate, checkpoints, the log of losses. */
@org.jspecify.annotations.NullMarked
package dev.suffice.train.loop;

@org.jspecify.annotations.NullMarked
package dev.suffice.train.eval;

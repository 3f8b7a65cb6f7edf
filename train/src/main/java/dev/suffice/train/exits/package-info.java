/**
 * Training of text classifiers that can stop at an early layer: an encoder of transformers' BERT family gets a head after each of its
 * layers.
 */
@org.jspecify.annotations.NullMarked
package dev.suffice.train.exits;

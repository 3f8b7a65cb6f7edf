/**
 * How good the bundled model is: a classifier and a depth estimator trained on renderings ({@link
 * dev.suffice.train.eval.JudgeTraining}), and what they say about generated pictures beside trivial baselines ({@link
 * dev.suffice.train.eval.PlacesEvaluation}).
 */
@org.jspecify.annotations.NullMarked
package dev.suffice.train.eval;

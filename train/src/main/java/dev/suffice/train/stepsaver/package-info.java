/** Trains and calibrates the predictor of denoising steps on labels. */
@org.jspecify.annotations.NullMarked
package dev.suffice.train.stepsaver;

/** Labelled texts for training, calibration and evaluation: files, the set of labels, splits, and what was trained on already. */
package dev.suffice.classify.data;

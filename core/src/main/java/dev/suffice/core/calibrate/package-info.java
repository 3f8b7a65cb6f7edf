/** Early exit with a guarantee: which of several settings is the fastest that keeps a promised loss, by calibration samples. */
package dev.suffice.core.calibrate;

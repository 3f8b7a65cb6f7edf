/** Pictures with depth seen through other projections. */
package dev.suffice.depthfusion.resample;

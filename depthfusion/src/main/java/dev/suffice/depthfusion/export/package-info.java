/** Scenes as files for other tools: one class per format, listed in {@link dev.suffice.depthfusion.export.Exports}. */
package dev.suffice.depthfusion.export;

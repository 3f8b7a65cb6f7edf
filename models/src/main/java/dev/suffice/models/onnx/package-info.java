/**
 * Writing ONNX. A {@link dev.suffice.models.onnx.GraphBuilder} takes operators in execution order and infers their
 * shapes; the {@link dev.suffice.models.onnx.Network} it makes can be written whole or as the part between two cut
 * points. Weights stay in the files they lie in and are referenced by offset.
 */
package dev.suffice.models.onnx;

/** The wire format of ONNX models, for those who write them and those who hand them on. */
@org.jspecify.annotations.NullMarked
package dev.suffice.engine.onnx;

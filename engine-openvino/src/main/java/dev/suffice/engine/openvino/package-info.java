/** OpenVINO through its C interface: where the library is, its functions, compiled models and their runs. */
@org.jspecify.annotations.NullMarked
package dev.suffice.engine.openvino;

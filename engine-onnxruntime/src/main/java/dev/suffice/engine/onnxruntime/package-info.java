/** The default engine: {@link dev.suffice.engine.onnxruntime.OnnxRuntimeEngine}, found as a service. */
package dev.suffice.engine.onnxruntime;
